package jianbao.analysis;

import java.io.Reader;
import org.apache.lucene.analysis.charfilter.MappingCharFilter;
import org.apache.lucene.analysis.charfilter.NormalizeCharMap;
import org.elasticsearch.plugin.Inject;
import org.elasticsearch.plugin.NamedComponent;
import org.elasticsearch.plugin.analysis.CharFilterFactory;

/** Characters for characters before the tokenizer: Lucene's own filter under Elasticsearch's own name and setting. */
@NamedComponent("mapping")
public class Mapping implements CharFilterFactory {
    private final NormalizeCharMap rules;

    @Inject
    public Mapping(MappingSettings settings) {
        this.rules = MappingRules.of(settings.mappings());
    }

    @Override
    public Reader create(Reader reader) {
        return new MappingCharFilter(rules, reader);
    }

    /** Also for terms and wildcards, as in Elasticsearch's own filter. */
    @Override
    public Reader normalize(Reader reader) {
        return create(reader);
    }
}
