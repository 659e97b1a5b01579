package dev.coppice.compiler.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/** One call of the command. */
record Execution(int exitCode, String out, String err) {
  static Execution of(Object... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] texts = new String[args.length];
    for (int i = 0; i < args.length; i++) {
      texts[i] = String.valueOf(args[i]);
    }
    int exitCode = Coppice.execute(new PrintWriter(out, true), new PrintWriter(err, true), texts);
    return new Execution(exitCode, out.toString(), err.toString());
  }
}
