package jianbao.analysis;

import java.util.function.IntPredicate;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.ngram.NGramTokenizer;
import org.elasticsearch.plugin.Inject;
import org.elasticsearch.plugin.NamedComponent;
import org.elasticsearch.plugin.analysis.TokenizerFactory;

/** Runs of characters: Lucene's own tokenizer under Elasticsearch's own name and settings. */
@NamedComponent("ngram")
public class Ngram implements TokenizerFactory {
    private final int minGram;
    private final int maxGram;
    private final IntPredicate kept;

    @Inject
    public Ngram(NgramSettings settings) {
        this.minGram = settings.minGram();
        this.maxGram = settings.maxGram();
        this.kept = CharacterKinds.of(settings.tokenChars(), settings.customTokenChars());
    }

    @Override
    public Tokenizer create() {
        return new NGramTokenizer(minGram, maxGram) {
            @Override
            protected boolean isTokenChar(int character) {
                return kept.test(character);
            }
        };
    }
}
