package jianbao.analysis;

import java.util.List;
import org.elasticsearch.plugin.settings.AnalysisSettings;
import org.elasticsearch.plugin.settings.IntSetting;
import org.elasticsearch.plugin.settings.ListSetting;
import org.elasticsearch.plugin.settings.StringSetting;

/** Settings of {@code ngram}, named and defaulted as in Elasticsearch's own tokenizer. */
@AnalysisSettings
public interface NgramSettings {
    /** Fewest code points of a gram. */
    @IntSetting(path = "min_gram", defaultValue = 1)
    int minGram();

    /** Most code points of a gram. */
    @IntSetting(path = "max_gram", defaultValue = 2)
    int maxGram();

    /** Kinds of characters to keep, {@code custom} for those that {@code custom_token_chars} names; none given keeps all. */
    @ListSetting(path = "token_chars")
    List<String> tokenChars();

    /** Further characters to keep, in a row. */
    @StringSetting(path = "custom_token_chars", defaultValue = "")
    String customTokenChars();
}
