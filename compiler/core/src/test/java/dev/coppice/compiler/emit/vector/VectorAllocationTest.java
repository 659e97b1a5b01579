package dev.coppice.compiler.emit.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.testing.ChildJvm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A kernel of registers, alone in its JVM, allocates nothing once HotSpot has compiled it. More
 * vector operations in one method than it inlines would be objects for ever.
 */
final class VectorAllocationTest {
  @TempDir Path folder;

  @Test
  void compiledKernelsAllocateNothing() throws IOException, InterruptedException {
    List<String> expected = new ArrayList<>();
    List<String> found = new ArrayList<>();
    for (String name : VectorAllocation.graphs().keySet()) {
      for (int threads : new int[] {1, 2}) {
        expected.add(VectorAllocation.line(name, threads, 0));
        found.addAll(
            ChildJvm.table(
                folder,
                List.of("--add-modules", "jdk.incubator.vector"),
                ChildJvm.classPath(),
                VectorAllocation.class.getName(),
                name,
                Integer.toString(threads)));
      }
    }
    assertEquals(expected, found);
  }
}
