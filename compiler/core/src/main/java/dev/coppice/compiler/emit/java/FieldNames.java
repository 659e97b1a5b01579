package dev.coppice.compiler.emit.java;

import dev.coppice.compiler.tensor.DType.Storage;
import java.util.Locale;

/**
 * Names of the model class's fields: {@code arena}, {@code weights} for float, {@code byteArena},
 * {@code longWeights} for others.
 */
final class FieldNames {
  private FieldNames() {}

  static String arena(Storage storage) {
    return named(storage, "arena");
  }

  static String planes(Storage storage) {
    return named(storage, "planes");
  }

  static String weights(Storage storage) {
    return named(storage, "weights");
  }

  static String weightRows(Storage storage) {
    return named(storage, "weightRows");
  }

  private static String named(Storage storage, String noun) {
    return storage == Storage.FLOAT
        ? noun
        : element(storage) + Character.toUpperCase(noun.charAt(0)) + noun.substring(1);
  }

  /** The Java element type. */
  static String element(Storage storage) {
    return storage.name().toLowerCase(Locale.ROOT);
  }

  /** The Java class of an array of this storage. */
  static Class<?> arrayClass(Storage storage) {
    return switch (storage) {
      case FLOAT -> float[].class;
      case DOUBLE -> double[].class;
      case BYTE -> byte[].class;
      case SHORT -> short[].class;
      case INT -> int[].class;
      case LONG -> long[].class;
      case BOOLEAN -> boolean[].class;
    };
  }

  /** The Java class of a table of rows of this storage. */
  static Class<?> tableClass(Storage storage) {
    return arrayClass(storage).arrayType();
  }
}
