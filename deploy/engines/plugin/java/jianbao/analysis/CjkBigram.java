package jianbao.analysis;

import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.cjk.CJKBigramFilter;
import org.elasticsearch.plugin.Inject;
import org.elasticsearch.plugin.NamedComponent;
import org.elasticsearch.plugin.analysis.TokenFilterFactory;

/** Pairs of neighbouring CJK characters: Lucene's own filter under Elasticsearch's own name. */
@NamedComponent("cjk_bigram")
public class CjkBigram implements TokenFilterFactory {
    /** Han, hiragana, katakana and hangul: Elasticsearch's default when no script is ignored. */
    private static final int ALL_SCRIPTS =
        CJKBigramFilter.HAN | CJKBigramFilter.HIRAGANA | CJKBigramFilter.KATAKANA | CJKBigramFilter.HANGUL;

    private final boolean outputUnigrams;

    @Inject
    public CjkBigram(CjkBigramSettings settings) {
        this.outputUnigrams = settings.outputUnigrams();
    }

    @Override
    public TokenStream create(TokenStream input) {
        return new CJKBigramFilter(input, ALL_SCRIPTS, outputUnigrams);
    }
}
