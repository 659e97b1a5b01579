package dev.coppice.compiler.driver;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.SourceRef;
import java.util.ArrayList;
import java.util.List;

/** Sizes of a dimension as users write them: {@code 16} or {@code 16,32,64}. */
public final class DimensionSizes {
  private DimensionSizes() {}

  /**
   * The sizes that {@code text} lists.
   *
   * @param option what gives them, for the message
   * @throws CompileException if it lists none, or something else
   */
  public static List<Integer> parse(String option, String text) {
    List<Integer> sizes = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      if (!part.strip().matches("\\d{1,9}")) {
        throw new CompileException(
            DiagnosticCode.OPTION_INVALID,
            SourceRef.NONE,
            option + " is '" + text + "', expected a size such as 16, or several: 16,32");
      }
      sizes.add(Integer.parseInt(part.strip()));
    }
    return sizes;
  }
}
