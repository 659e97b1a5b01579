package dev.coppice.compiler.emit.vector;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.testing.ChildJvm;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A kernel of registers allocates nothing once HotSpot has compiled it, alone in its JVM and after
 * others. More vector operations in one method than it inlines would be objects for ever, and so
 * would those of a model whose operators come after those that HotSpot has seen.
 *
 * <p>Kernels wait for HotSpot ({@code -Xbatch}): on a machine that has no time for its compiler it
 * may compile a kernel before it has seen what that does, which says nothing about the kernel.
 */
final class VectorAllocationTest {
  @TempDir static Path folder;

  @Test
  void compiledKernelsAllocateNothing() throws IOException {
    Map<String, String> programs = RegisterKernelGraphs.compile(1, folder.resolve("each"));
    programs.entrySet().parallelStream()
        .forEach(
            p ->
                assertDoesNotThrow(
                    () -> assertNothingIsAllocated("each", List.of(p.getValue())), p.getKey()));
  }

  @Test
  void norDoThoseOfTwoThreads() throws IOException, InterruptedException {
    Map<String, String> programs = RegisterKernelGraphs.compile(2, folder.resolve("threads"));
    assertNothingIsAllocated("threads", List.copyOf(programs.values()));
  }

  @Test
  void norDoThoseOfOneModelAfterTheOther() throws IOException, InterruptedException {
    Map<String, String> programs = RegisterKernelGraphs.compile(1, folder.resolve("all"));
    for (long seed = 1; seed <= 2; seed++) {
      List<String> shuffled = new ArrayList<>(programs.values());
      Collections.shuffle(shuffled, new Random(seed));
      assertNothingIsAllocated("all", shuffled);
    }
  }

  /** Runs programs, whose classes are in a folder of this name, in one JVM. */
  private static void assertNothingIsAllocated(String classes, List<String> programs)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(VectorAllocation.class.getName()));
    command.addAll(programs);
    assertEquals(
        Collections.nCopies(programs.size(), "bytes\t0"),
        ChildJvm.table(
            folder,
            List.of("--add-modules", "jdk.incubator.vector", "-Xbatch"),
            folder.resolve(classes) + File.pathSeparator + ChildJvm.classPath(),
            command.toArray(new String[0])),
        () -> String.join("; ", programs));
  }
}
