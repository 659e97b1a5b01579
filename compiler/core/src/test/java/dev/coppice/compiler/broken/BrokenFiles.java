package dev.coppice.compiler.broken;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.driver.CompileRequest;
import dev.coppice.compiler.driver.ModelCompiler;
import dev.coppice.compiler.driver.ModelSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Compiles every broken file and prints a line for each: {@code refused}, {@code accepted} or
 * {@code crashed}, milliseconds, number of diagnostics, name, message, between tabulators.
 */
final class BrokenFiles {
  private BrokenFiles() {}

  /** All files, in a fixed order. */
  static List<BrokenFile> all() {
    List<BrokenFile> files = new ArrayList<>(DamagedBytes.all());
    files.addAll(LyingModels.all());
    files.addAll(EnormousModels.all());
    files.addAll(StrayData.all());
    return files;
  }

  /** Writes and compiles the files below the folder that is the only argument. */
  public static void main(String[] args) throws IOException {
    List<BrokenFile> files = all();
    for (int i = 0; i < files.size(); i++) {
      Path folder = Files.createDirectories(Path.of(args[0]).resolve("f" + i).resolve("model"));
      files.get(i).content().write(folder.resolve("m.onnx"));
      System.out.println(outcome(files.get(i), folder.resolve("m.onnx")));
    }
  }

  private static String outcome(BrokenFile file, Path model) {
    long start = System.nanoTime();
    String outcome = "accepted";
    int diagnostics = 0;
    String message = "";
    try {
      ModelCompiler.compile(CompileRequest.of(ModelSource.file(model), "a.Model"));
    } catch (CompileException e) {
      outcome = "refused";
      diagnostics = e.diagnostics().size();
      message = e.diagnostics().get(0).message();
    } catch (RuntimeException | Error e) {
      outcome = "crashed";
      message = e + " at " + Arrays.toString(e.getStackTrace());
    }
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    return String.join(
        "\t",
        outcome,
        String.valueOf(millis),
        String.valueOf(diagnostics),
        file.name(),
        message.replaceAll("\\s+", " "));
  }
}
