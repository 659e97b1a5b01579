package dev.coppice.compiler.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

final class OperatorDomainsTest {
  @Test
  void tablesAreSortedWithoutDuplicates() {
    for (List<OnnxOperator> table :
        List.of(OnnxOperators.TABLE, MicrosoftOperators.TABLE, LowBitOperators.TABLE)) {
      List<String> names = table.stream().map(OnnxOperator::name).toList();
      assertEquals(names.stream().sorted().distinct().toList(), names);
    }
  }

  @Test
  void rangesAreNotEmpty() {
    for (String domain : OperatorDomains.domains()) {
      for (String name : OperatorDomains.names(domain)) {
        OnnxOperator op = OperatorDomains.find(domain, name).orElseThrow();
        assertTrue(OnnxImporter.OLDEST_OPSET <= op.since() && op.since() <= op.until(), name);
        assertTrue(op.until() <= OnnxImporter.NEWEST_OPSET, name);
        assertTrue(op.minInputs() <= op.maxInputs() && op.maxOutputs() >= 1, name);
      }
    }
  }

  @Test
  void emptyDomainIsOnnx() {
    assertEquals(OperatorDomains.find("ai.onnx", "Relu"), OperatorDomains.find("", "Relu"));
    assertTrue(OperatorDomains.find("no.such.domain", "Relu").isEmpty());
  }
}
