package dev.coppice.compiler.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.coppice.compiler.ir.Op;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class OpsTest {

  @Test
  void listsEveryRecordOfThePackageSortedByName() {
    List<String> records =
        new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("dev.coppice.compiler.op")
                .stream()
                .filter(c -> c.isAssignableTo(Op.class) && c.isRecord())
                .map(JavaClass::getSimpleName)
                .sorted()
                .toList();
    assertEquals(records, Ops.all().stream().map(Class::getSimpleName).toList());
  }

  @Test
  void makesOperatorsByName() {
    assertEquals(new Relu(), Ops.factory().create("Relu", Map.of()));
    assertEquals(
        "no operator 'Rely'",
        assertThrows(IllegalArgumentException.class, () -> Ops.factory().create("Rely", Map.of()))
            .getMessage());
  }
}
