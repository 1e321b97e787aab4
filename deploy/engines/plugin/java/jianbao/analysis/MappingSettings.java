package jianbao.analysis;

import java.util.List;
import org.elasticsearch.plugin.settings.AnalysisSettings;
import org.elasticsearch.plugin.settings.ListSetting;

/** Settings of {@code mapping}, named as in Elasticsearch's own filter. */
@AnalysisSettings
public interface MappingSettings {
    /** Rules: {@code from=>to}. */
    @ListSetting(path = "mappings")
    List<String> mappings();
}
