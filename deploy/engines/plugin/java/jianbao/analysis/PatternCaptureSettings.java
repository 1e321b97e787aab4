package jianbao.analysis;

import java.util.List;
import org.elasticsearch.plugin.settings.AnalysisSettings;
import org.elasticsearch.plugin.settings.BooleanSetting;
import org.elasticsearch.plugin.settings.ListSetting;

/** Settings of {@code pattern_capture}, named and defaulted as in Elasticsearch's own filter. */
@AnalysisSettings
public interface PatternCaptureSettings {
    /** Whether the whole word stays too. */
    @BooleanSetting(path = "preserve_original", defaultValue = true)
    boolean preserveOriginal();

    /** Regular expressions; each group that matches is a word. */
    @ListSetting(path = "patterns")
    List<String> patterns();
}
