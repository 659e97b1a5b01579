package dev.coppice.examples.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.examples.benchmarks.Networks.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NetworksTest {
  @TempDir Path folder;

  @Test
  void whatIsAbsentIsToldAndLeftOut() throws IOException {
    Path light = Files.createDirectories(folder.resolve("light"));
    Files.createFile(light.resolve("light_resnet50.onnx"));
    List<String> absent = new ArrayList<>();
    List<Network> found =
        Networks.in(
            new Folders(Optional.of(folder), Optional.of(light), Optional.empty()), absent::add);
    assertEquals(
        List.of("MobileNetV1 1.0, 224x224", "ResNet-50", "MobileNetV1 1.0, 90 % zeros"),
        found.stream().map(Network::name).toList());
    assertEquals(16, absent.size(), absent::toString);
    assertTrue(absent.get(0).startsWith("ResNet-8: skipped, "), absent::toString);
    assertTrue(absent.contains("MiniLM-L6, 32 tokens: skipped, its file is absent"));
  }

  @Test
  void filesHaveSizes() throws IOException {
    Path file = Files.createFile(folder.resolve("m.onnx"));
    assertEquals(Map.of("n", 2, "s", 16), Networks.named(file + "@n=2@s=16").dims());
    String message =
        assertThrows(IllegalArgumentException.class, () -> Networks.named(file + "@n"))
            .getMessage();
    assertTrue(message.contains("'n' of "), message);
    assertThrows(IllegalArgumentException.class, () -> Networks.named("absent.onnx"));
  }
}
