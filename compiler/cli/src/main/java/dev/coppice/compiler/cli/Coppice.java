package dev.coppice.compiler.cli;

import dev.coppice.compiler.driver.CompilerVersion;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The {@code coppice} command. Each subcommand is one class in this list. */
@Command(
    name = "coppice",
    description = "Compiles ONNX models to plain Java classes that allocate nothing when they run.",
    subcommands = {
      InspectCommand.class,
      CompileCommand.class,
      RunCommand.class,
      CheckCommand.class,
      ConformanceCommand.class,
      BenchCommand.class,
      CalibrateCommand.class,
      CompressCommand.class,
      SweepCommand.class,
      OpsCommand.class,
      CommandLine.HelpCommand.class
    },
    mixinStandardHelpOptions = true,
    scope = ScopeType.LOCAL,
    versionProvider = Coppice.Version.class,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:Success.",
      "1:The model was compiled, but its results are wrong (check, conformance).",
      "2:The model, its data or the command line was refused; every reason is printed.",
      "3:A bug in the compiler; the stack trace is printed."
    },
    footerHeading = "%nExample:%n",
    footer = {
      "  coppice inspect kws.onnx",
      "  coppice compile kws.onnx --class com.acme.Kws --out src/main/generated",
      "",
      "'coppice help COMMAND' explains a command and shows an example."
    })
public final class Coppice implements Runnable {
  @Spec private CommandSpec spec;

  /** Runs the command and ends the JVM with its exit code. */
  public static void main(String[] args) {
    System.exit(execute(writer(System.out), writer(System.err), args));
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, Charset.defaultCharset()), true);
  }

  /**
   * Runs the command.
   *
   * @param out where results go
   * @param err where errors, notes and progress go
   * @return the exit code
   */
  public static int execute(PrintWriter out, PrintWriter err, String... args) {
    return new CommandLine(new Coppice())
        .setOut(out)
        .setErr(err)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpAutoWidth(false)
        .setExecutionExceptionHandler(new Failures())
        .setParameterExceptionHandler(Failures::usage)
        .execute(args);
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** The compiler's version, for {@code --version}. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"coppice " + CompilerVersion.get()};
    }
  }
}
