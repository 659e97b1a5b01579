package dev.coppice.compiler.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class OnnxOperatorsTest {
  @Test
  void areSortedWithoutDuplicates() {
    List<String> names = OnnxOperators.names();
    assertEquals(new ArrayList<>(new TreeSet<>(names)), names);
  }

  @Test
  void rangesAreNotEmpty() {
    for (String name : OnnxOperators.names()) {
      OnnxOperator op = OnnxOperators.find(name).orElseThrow();
      assertTrue(OnnxImporter.OLDEST_OPSET <= op.since() && op.since() <= op.until(), name);
      assertTrue(op.until() <= OnnxImporter.NEWEST_OPSET, name);
      assertTrue(op.minInputs() <= op.maxInputs() && op.maxOutputs() >= 1, name);
    }
  }
}
