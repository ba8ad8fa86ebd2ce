package io.cardloom.aggregator.codec;

import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The constants of an enum as agents write them: without the type's prefix, in any case. The zero
/// constant means "not given" and has no word.
public final class EnumWords {
  private final String[] wordByIndex;
  private final Map<String, EnumValueDescriptor> byWord = new HashMap<>();
  private final List<String> words = new ArrayList<>();

  public EnumWords(EnumDescriptor type) {
    String prefix = upperSnake(type.getName()) + "_";
    wordByIndex = new String[type.getValues().size()];
    for (var value : type.getValues()) {
      String name = value.getName();
      String word = name.startsWith(prefix) ? name.substring(prefix.length()) : name;
      wordByIndex[value.getIndex()] = word;
      if (value.getNumber() == 0) continue;
      words.add(word);
      byWord.put(word, value);
      byWord.put(name, value);
    }
  }

  /// All words, in the order of the contract.
  public List<String> words() {
    return words;
  }

  /// The word of a constant, or null where it has none.
  public @Nullable String word(EnumValueDescriptor value) {
    return value.getNumber() == 0 || value.getIndex() < 0 ? null : wordByIndex[value.getIndex()];
  }

  /// The constant a word means, or null.
  @Nullable EnumValueDescriptor value(String word) {
    var exact = byWord.get(word);
    return exact != null ? exact : byWord.get(word.toUpperCase(Locale.ROOT));
  }

  private static String upperSnake(String camel) {
    return camel.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_").toUpperCase(Locale.ROOT);
  }
}
