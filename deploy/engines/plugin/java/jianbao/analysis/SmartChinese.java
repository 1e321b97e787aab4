package jianbao.analysis;

import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.cn.smart.HMMChineseTokenizer;
import org.elasticsearch.plugin.NamedComponent;
import org.elasticsearch.plugin.analysis.TokenizerFactory;

/** Words by Lucene's hidden Markov model, under the name of Elasticsearch's analysis-smartcn plugin. */
@NamedComponent("smartcn_tokenizer")
public class SmartChinese implements TokenizerFactory {
    @Override
    public Tokenizer create() {
        return new HMMChineseTokenizer();
    }
}
