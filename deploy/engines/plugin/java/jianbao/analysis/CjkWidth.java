package jianbao.analysis;

import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.cjk.CJKWidthFilter;
import org.elasticsearch.plugin.NamedComponent;
import org.elasticsearch.plugin.analysis.TokenFilterFactory;

/** Full-width Latin becomes half-width: Lucene's own filter under Elasticsearch's own name. */
@NamedComponent("cjk_width")
public class CjkWidth implements TokenFilterFactory {
    @Override
    public TokenStream create(TokenStream input) {
        return new CJKWidthFilter(input);
    }

    /** Also for terms and wildcards, as in Elasticsearch's own filter. */
    @Override
    public TokenStream normalize(TokenStream input) {
        return create(input);
    }
}
