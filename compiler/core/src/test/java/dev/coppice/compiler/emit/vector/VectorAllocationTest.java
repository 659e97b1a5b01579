package dev.coppice.compiler.emit.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.testing.ChildJvm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.io.TempDir;

/**
 * In a JVM of their own, where nothing else has been compiled, register kernels allocate nothing
 * once HotSpot has compiled them. More vector operations in one method than it inlines would be
 * objects for ever. What HotSpot compiles depends on what it has seen by then, thus on chance: more
 * than one JVM.
 */
final class VectorAllocationTest {
  @TempDir Path folder;

  @RepeatedTest(3)
  void compiledKernelsAllocateNothing() throws IOException, InterruptedException {
    assertEquals(
        VectorAllocation.graphs().keySet().stream().map(name -> name + "\t0\t0").toList(),
        ChildJvm.table(
            folder,
            List.of("--add-modules", "jdk.incubator.vector"),
            ChildJvm.classPath(),
            VectorAllocation.class.getName()));
  }
}
