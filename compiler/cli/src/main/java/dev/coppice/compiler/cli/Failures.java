package dev.coppice.compiler.cli;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.Diagnostic;
import dev.coppice.compiler.diag.FileProblem;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Turns exceptions into messages and exit codes. */
final class Failures implements IExecutionExceptionHandler {
  /** The results are wrong. */
  static final int WRONG = 1;

  /** The user's request is refused. */
  static final int REFUSED = 2;

  /** A bug of the compiler. */
  private static final int BUG = 3;

  @Override
  public int handleExecutionException(
      Exception e, CommandLine commandLine, ParseResult parseResult) {
    PrintWriter err = commandLine.getErr();
    if (e instanceof CompileException c) {
      print(c.diagnostics(), err);
      return REFUSED;
    }
    if (e instanceof UnsupportedOperationException) {
      err.println(e.getMessage());
      return REFUSED;
    }
    Throwable failed = e instanceof UncheckedIOException ? e.getCause() : e;
    if (failed instanceof IOException io) {
      err.println("input or output failed: " + FileProblem.of(io));
      return REFUSED;
    }
    err.println("This is a bug in the compiler. Please report it with the model and this trace:");
    e.printStackTrace(err);
    return BUG;
  }

  /** Says what is wrong with the command line and how to get help. */
  static int usage(ParameterException e, String[] args) {
    CommandLine commandLine = e.getCommandLine();
    PrintWriter err = commandLine.getErr();
    err.println(e.getMessage());
    CommandLine.UnmatchedArgumentException.printSuggestions(e, err);
    err.println("Try '" + commandLine.getCommandSpec().qualifiedName() + " --help'.");
    return REFUSED;
  }

  /** Prints one line a diagnostic. */
  static void print(List<Diagnostic> diagnostics, PrintWriter err) {
    diagnostics.forEach(d -> err.println(d.text()));
  }
}
