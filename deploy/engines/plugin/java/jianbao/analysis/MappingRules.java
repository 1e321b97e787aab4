package jianbao.analysis;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.lucene.analysis.charfilter.NormalizeCharMap;

/** Rules as text ({@code from=>to}) in, Lucene's map out: read as Elasticsearch's own {@code mapping} filter reads them. Pure. */
final class MappingRules {
    private static final Pattern RULE = Pattern.compile("(.*)\\s*=>\\s*(.*)\\s*$", Pattern.DOTALL);

    private MappingRules() {}

    /**
     * The map of these rules; refuses one without an arrow or a left side, and one said twice. None at all is no error here: Elasticsearch makes each
     * component once without settings, too.
     */
    static NormalizeCharMap of(List<String> rules) {
        NormalizeCharMap.Builder map = new NormalizeCharMap.Builder();
        for (String rule : rules) {
            Matcher sides = RULE.matcher(rule);
            if (!sides.find()) {
                throw new IllegalArgumentException("Invalid Mapping Rule : [" + rule + "]");
            }
            map.add(unescaped(sides.group(1).trim()), unescaped(sides.group(2).trim()));
        }
        return map.build();
    }

    /** Escapes (backslash and n, t, r, b, f, a backslash, or u with four hex digits) as the characters they stand for. */
    private static String unescaped(String text) {
        StringBuilder characters = new StringBuilder();
        for (int at = 0; at < text.length(); at++) {
            char character = text.charAt(at);
            if (character != '\\') {
                characters.append(character);
                continue;
            }
            if (++at == text.length()) {
                throw new IllegalArgumentException("Invalid escaped char in [" + text + "]");
            }
            switch (text.charAt(at)) {
                case '\\' -> characters.append('\\');
                case 'n' -> characters.append('\n');
                case 't' -> characters.append('\t');
                case 'r' -> characters.append('\r');
                case 'b' -> characters.append('\b');
                case 'f' -> characters.append('\f');
                case 'u' -> {
                    if (at + 4 >= text.length()) {
                        throw new IllegalArgumentException("Invalid escaped char in [" + text + "]");
                    }
                    characters.append((char) Integer.parseInt(text.substring(at + 1, at + 5), 16));
                    at += 4;
                }
                default -> throw new IllegalArgumentException("Invalid escaped char in [" + text + "]");
            }
        }
        return characters.toString();
    }
}
