package dev.coppice.compiler.emit.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.testing.ChildJvm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** After {@code warmUp} also those kernels allocate nothing that a run calls once. */
final class WarmUpAllocationTest {
  @TempDir Path folder;

  @Test
  void aWarmModelAllocatesNothing() throws IOException, InterruptedException {
    assertEquals(
        List.of("bytes\t0"),
        ChildJvm.table(
            folder,
            List.of("--add-modules", "jdk.incubator.vector"),
            ChildJvm.classPath(),
            WarmUpAllocation.class.getName()));
  }
}
