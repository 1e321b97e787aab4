package jianbao.analysis;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntPredicate;

/** Names of character kinds in, one test for a code point out: the names {@code token_chars} knows. Pure. */
final class CharacterKinds {
    private static final Map<String, IntPredicate> KINDS = Map.of(
        "letter", Character::isLetter,
        "digit", Character::isDigit,
        "whitespace", Character::isWhitespace,
        "punctuation", CharacterKinds::isPunctuation,
        "symbol", CharacterKinds::isSymbol);

    private CharacterKinds() {}

    /** A test that is true for a character of any of these kinds; always true when none is named. */
    static IntPredicate of(List<String> names) {
        if (names == null || names.isEmpty()) {
            return character -> true;
        }
        return names.stream().map(CharacterKinds::named).reduce(character -> false, IntPredicate::or);
    }

    private static IntPredicate named(String name) {
        IntPredicate kind = KINDS.get(name.trim().toLowerCase(Locale.ROOT));
        if (kind == null) {
            throw new IllegalArgumentException(
                "token_chars has '" + name + "', must be of letter, digit, whitespace, punctuation, symbol");
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
