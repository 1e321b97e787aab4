package jianbao.analysis;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;

/**
 * Names of character kinds, and the characters that {@code custom} stands for, in; one test for a code point out: the names
 * {@code token_chars} knows. Pure.
 */
final class CharacterKinds {
    private static final Map<String, IntPredicate> KINDS = Map.of(
        "letter", Character::isLetter,
        "digit", Character::isDigit,
        "whitespace", Character::isWhitespace,
        "punctuation", CharacterKinds::isPunctuation,
        "symbol", CharacterKinds::isSymbol);

    private CharacterKinds() {}

    /** A test that is true for a character of any of these kinds; always true when none is named. */
    static IntPredicate of(List<String> names, String custom) {
        if (names == null || names.isEmpty()) {
            return character -> true;
        }
        return names.stream().map(name -> named(name, custom)).reduce(character -> false, IntPredicate::or);
    }

    private static IntPredicate named(String name, String custom) {
        String key = name.trim().toLowerCase(Locale.ROOT);
        if (key.equals("custom")) {
            if (custom.isEmpty()) {
                throw new IllegalArgumentException("Token type: 'custom' requires setting `custom_token_chars`");
            }
            return custom.chars().boxed().collect(Collectors.toUnmodifiableSet())::contains;
        }
        IntPredicate kind = KINDS.get(key);
        if (kind == null) {
            throw new IllegalArgumentException(
                "token_chars has '" + name + "', must be of letter, digit, whitespace, punctuation, symbol, custom");
        }
        return kind;
    }

    private static boolean isPunctuation(int character) {
        return switch (Character.getType(character)) {
            case Character.CONNECTOR_PUNCTUATION, Character.DASH_PUNCTUATION, Character.START_PUNCTUATION,
                Character.END_PUNCTUATION, Character.INITIAL_QUOTE_PUNCTUATION, Character.FINAL_QUOTE_PUNCTUATION,
                Character.OTHER_PUNCTUATION -> true;
            default -> false;
        };
    }

    private static boolean isSymbol(int character) {
        return switch (Character.getType(character)) {
            case Character.CURRENCY_SYMBOL, Character.MATH_SYMBOL, Character.MODIFIER_SYMBOL, Character.OTHER_SYMBOL ->
                true;
            default -> false;
        };
    }
}
