package dev.coppice.compiler.driver;

import dev.coppice.compiler.emit.weights.StoredTensor;
import dev.coppice.compiler.emit.weights.StoredWeights;
import dev.coppice.compiler.emit.weights.WeightBits;
import dev.coppice.runtime.WeightsFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How the weights of a model are stored, for people. */
public final class StorageText {
  private StorageText() {}

  /**
   * Two lines for each tensor of the weight file, its name and form, and what its bytes are spent
   * on; the bytes of all lines together are those of the file.
   */
  public static List<String> lines(StoredWeights weights) {
    List<String> lines = new ArrayList<>();
    lines.add(
        InspectionText.row(
            "storage",
            String.format(
                Locale.ROOT,
                "%,d bytes in %d sections and a header of %d bytes",
                weights.fileBytes(),
                weights.tensors().size(),
                weights.tensors().isEmpty() ? 0 : WeightsFormat.HEADER_BYTES)));
    for (StoredTensor t : weights.tensors()) {
      lines.add("  " + t.name() + ": " + t.form());
      lines.add(
          String.format(
              Locale.ROOT,
              "    %,12d elements %,12d bytes%s",
              t.elements(),
              t.bits().bytes(),
              parts(t.bits())));
    }
    return lines;
  }

  private static String parts(WeightBits bits) {
    StringBuilder text = new StringBuilder();
    add(text, bits.values(), "values");
    add(text, bits.positions(), "positions");
    add(text, bits.codebook(), "codebook");
    add(text, bits.tables(), "code tables");
    add(text, bits.scales(), "scales");
    add(text, bits.order(), "order");
    add(text, bits.header(), "header");
    add(text, bits.padding(), "padding");
    return text.toString();
  }

  private static void add(StringBuilder text, long bits, String part) {
    if (bits > 0) {
      text.append(text.length() == 0 ? ": " : ", ");
      text.append(
          bits % 8 == 0
              ? String.format(Locale.ROOT, "%,d", bits / 8)
              : String.format(Locale.ROOT, "%,.3f", bits / 8.0));
      text.append(' ').append(part);
    }
  }
}
