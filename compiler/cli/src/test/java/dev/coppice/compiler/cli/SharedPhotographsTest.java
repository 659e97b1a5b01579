package dev.coppice.compiler.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.coppice.compiler.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Networks recognise photographs that the command prepares for them. */
final class SharedPhotographsTest {
  /**
   * ImageNet classes that are right for chelsea (a cat), coffee and rocket. SqueezeNet takes the
   * last for a pole.
   */
  private static final List<List<Integer>> RIGHT =
      List.of(List.of(281, 282, 285), List.of(967, 968), List.of(657));

  @TempDir Path folder;

  private static Path shared(String path) {
    assumeTrue(Shared.folder().isPresent(), "skipped: no folder with shared models");
    return Shared.folder().orElseThrow().resolve(path);
  }

  private static String run(String model, String options, Object... more) {
    List<Object> args = new ArrayList<>();
    args.add("run");
    args.add(shared("models/" + model + "/model.onnx"));
    args.addAll(List.of("--data", shared("data/photos")));
    args.addAll(List.of(options.split(" ")));
    args.addAll(List.of(more));
    Execution e = Execution.of(args.toArray());
    assertEquals(0, e.exitCode(), e.err());
    return e.out().strip();
  }

  @ParameterizedTest
  @CsvSource({
    "imagenet-squeezenet1.1, 2, 103.939;116.779;123.68, --resize 256 --crop",
    "imagenet-squeezenet1.1, 2, 103.939;116.779;123.68, --resize 224x224",
    "imagenet-googlenet, 3, 104;117;123, --resize 256 --crop",
    "imagenet-googlenet, 3, 104;117;123, --resize 224x224"
  })
  void seesWhatIsThere(String model, int count, String mean, String framing) {
    String options =
        "--samples 1.. --limit "
            + count
            + " --json --channels bgr --mean "
            + mean.replace(';', ',')
            + " "
            + framing;
    List<String> lines = run(model, options).lines().toList();
    assertEquals(count, lines.size());
    for (int i = 0; i < count; i++) {
      int seen = largest(lines.get(i));
      assertTrue(RIGHT.get(i).contains(seen), "sample " + i + " is " + seen);
    }
  }

  /** Index of the largest element of the only array in a line of JSON. */
  private static int largest(String line) {
    String[] elements = line.substring(line.indexOf('[') + 1, line.indexOf(']')).split(", ");
    int best = 0;
    for (int i = 1; i < elements.length; i++) {
      best = Double.parseDouble(elements[i]) > Double.parseDouble(elements[best]) ? i : best;
    }
    return best;
  }

  @Test
  void seesThePerson() throws IOException {
    Path labels =
        Files.writeString(
            folder.resolve("people.csv"),
            "rocket.jpg,0\ncoffee.png,0\nchelsea.png,0\nastronaut.png,1\n");
    assertEquals(
        "accuracy 100.00 % (4 of 4)",
        run("mlperf-tiny-vww01-mobilenetv1", "--scale 1/255 --resize 96x96", "--labels", labels));
  }
}
