package dev.coppice.compiler.emit.java;

import dev.coppice.compiler.emit.EmitOptions;
import dev.coppice.compiler.emit.GeneratedModel.SourceFile;
import dev.coppice.compiler.emit.weights.PackedWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * A weight file as string constants: classes {@code Kws_W0}, {@code Kws_W1}, ... of a few constants
 * each, and the first knows all. The constants are not fields, since javac would copy them into
 * every class that reads them.
 */
final class PackedWeights {
  private PackedWeights() {}

  static List<SourceFile> classes(byte[] file, EmitOptions options) {
    List<String> chunks = PackedWriter.pack(file);
    int per = ClassFileLimits.CONSTANTS_PER_CLASS;
    int holders = (chunks.size() + per - 1) / per;
    List<SourceFile> classes = new ArrayList<>();
    for (int h = 0; h < holders; h++) {
      List<String> part = chunks.subList(h * per, Math.min(chunks.size(), (h + 1) * per));
      classes.add(
          new SourceFile(
              options.qualifiedName() + "_W" + h, text(options, h, part, chunks.size(), holders)));
    }
    return classes;
  }

  private static String text(
      EmitOptions options, int holder, List<String> chunks, int total, int holders) {
    String name = options.className() + "_W" + holder;
    StringBuilder text = new StringBuilder();
    if (!options.packageName().isEmpty()) {
      text.append("package ").append(options.packageName()).append(";\n\n");
    }
    text.append("/** Packed weights of {@link ").append(options.className()).append("}. */\n");
    text.append("final class ")
        .append(name)
        .append(" {\n  private ")
        .append(name)
        .append("() {\n  }\n\n");
    if (holder == 0) {
      text.append("  static String[] chunks() {\n    String[] all = new String[")
          .append(total)
          .append("];\n");
      for (int h = 0; h < holders; h++) {
        text.append("    ")
            .append(options.className())
            .append("_W")
            .append(h)
            .append(".put(all);\n");
      }
      text.append("    return all;\n  }\n\n");
    }
    text.append("  static void put(String[] all) {\n");
    for (int i = 0; i < chunks.size(); i++) {
      int at = holder * ClassFileLimits.CONSTANTS_PER_CLASS + i;
      text.append("    all[")
          .append(at)
          .append("] = ")
          .append(PackedWriter.literal(chunks.get(i)))
          .append(";\n");
    }
    return text.append("  }\n}\n").toString();
  }
}
