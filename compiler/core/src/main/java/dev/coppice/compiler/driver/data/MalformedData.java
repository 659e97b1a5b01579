package dev.coppice.compiler.driver.data;

import java.io.IOException;

/** The content of a data file is not what its format demands; the message says how. */
final class MalformedData extends IOException {
  private static final long serialVersionUID = 1L;

  MalformedData(String message) {
    super(message);
  }
}
