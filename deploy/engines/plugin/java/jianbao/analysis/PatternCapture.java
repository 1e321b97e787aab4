package jianbao.analysis;

import java.util.regex.Pattern;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.pattern.PatternCaptureGroupTokenFilter;
import org.elasticsearch.plugin.Inject;
import org.elasticsearch.plugin.NamedComponent;
import org.elasticsearch.plugin.analysis.TokenFilterFactory;

/** Parts of words by patterns: Lucene's own filter under Elasticsearch's own name; the index of API keys is made with it. */
@NamedComponent("pattern_capture")
public class PatternCapture implements TokenFilterFactory {
    private final boolean preserveOriginal;
    private final Pattern[] patterns;

    @Inject
    public PatternCapture(PatternCaptureSettings settings) {
        this.preserveOriginal = settings.preserveOriginal();
        this.patterns = settings.patterns().stream().map(Pattern::compile).toArray(Pattern[]::new);
    }

    @Override
    public TokenStream create(TokenStream input) {
        return new PatternCaptureGroupTokenFilter(input, preserveOriginal, patterns);
    }
}
