package jianbao.analysis;

import org.elasticsearch.plugin.settings.AnalysisSettings;
import org.elasticsearch.plugin.settings.BooleanSetting;

/** Settings of {@code cjk_bigram}, named as in Elasticsearch's own filter. */
@AnalysisSettings
public interface CjkBigramSettings {
    /** Whether single characters are given out beside the pairs. */
    @BooleanSetting(path = "output_unigrams", defaultValue = false)
    boolean outputUnigrams();
}
