package dev.coppice.compiler.driver.conformance;

import java.util.Locale;

/** What came of a case, from best to worst. */
public enum Verdict {
  /** All outputs of all data sets are as expected. */
  PASS,
  /** The model or its data is not supported, and diagnostics say why. */
  REFUSED,
  /** An output differs. */
  WRONG,
  /** Something else than a diagnostic was thrown. */
  CRASHED;

  /** The name in lower case. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
