package dev.coppice.compiler.emit.vector;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.testing.ChildJvm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
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
  @TempDir Path folder;

  @Test
  void compiledKernelsAllocateNothing() {
    VectorAllocation.graphs().keySet().parallelStream()
        .forEach(name -> assertDoesNotThrow(() -> assertNothingIsAllocated(1, List.of(name))));
  }

  @Test
  void norDoThoseOfTwoThreads() throws IOException, InterruptedException {
    assertNothingIsAllocated(2, List.copyOf(VectorAllocation.graphs().keySet()));
  }

  @Test
  void norDoThoseOfOneModelAfterTheOther() throws IOException, InterruptedException {
    for (long seed = 1; seed <= 2; seed++) {
      List<String> names = new ArrayList<>(VectorAllocation.graphs().keySet());
      Collections.shuffle(names, new Random(seed));
      assertNothingIsAllocated(1, names);
    }
  }

  /** Runs the graphs of these names in one JVM. */
  private void assertNothingIsAllocated(int threads, List<String> names)
      throws IOException, InterruptedException {
    List<String> program =
        new ArrayList<>(List.of(VectorAllocation.class.getName(), Integer.toString(threads)));
    program.addAll(names);
    assertEquals(
        names.stream().map(name -> VectorAllocation.line(name, threads, 0)).toList(),
        ChildJvm.table(
            folder,
            List.of("--add-modules", "jdk.incubator.vector", "-Xbatch"),
            ChildJvm.classPath(),
            program.toArray(new String[0])));
  }
}
