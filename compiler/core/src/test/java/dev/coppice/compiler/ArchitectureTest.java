package dev.coppice.compiler;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static java.util.Map.entry;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.pass.Pass;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Who may use what. */
class ArchitectureTest {
  private static final String ROOT = "dev.coppice.compiler.";

  /** Each package with those it may import; subpackages without a row count as their parent. */
  private static final Map<String, Set<String>> MAY_IMPORT =
      new TreeMap<>(
          Map.ofEntries(
              entry("diag", Set.of()),
              entry("tensor", Set.of("diag")),
              entry("loop", Set.of("tensor", "diag")),
              entry("ir", Set.of("loop", "tensor", "diag")),
              entry("schedule", Set.of("ir", "loop", "tensor", "diag")),
              entry("op", Set.of("schedule", "ir", "loop", "tensor", "diag")),
              entry("onnx.wire", Set.of("tensor", "diag")),
              entry("onnx", Set.of("onnx.wire", "op", "ir", "tensor", "diag")),
              entry("interp", Set.of("ir", "tensor", "diag")),
              entry("pass", Set.of("interp", "op", "ir", "tensor", "diag")),
              // Of operators, lowering knows branches, loops and checks, which have no kernels.
              entry("lowering", Set.of("op", "ir", "loop", "tensor", "diag")),
              entry("emit", Set.of("lowering", "loop", "tensor", "diag")),
              entry(
                  "driver",
                  Set.of(
                      "diag",
                      "tensor",
                      "loop",
                      "ir",
                      "op",
                      "onnx.wire",
                      "onnx",
                      "interp",
                      "pass",
                      "lowering",
                      "emit"))));

  /** Methods whose result depends on the time, the machine or its language. */
  private static final Set<String> NOT_REPRODUCIBLE =
      Set.of(
          "java.lang.System.currentTimeMillis()",
          "java.lang.System.nanoTime()",
          "java.lang.Math.random()",
          "java.time.Instant.now()",
          "java.time.LocalDate.now()",
          "java.time.LocalDateTime.now()",
          "java.util.Locale.getDefault()",
          "java.util.UUID.randomUUID()",
          "java.lang.String.format(java.lang.String, [Ljava.lang.Object;)",
          "java.lang.String.formatted([Ljava.lang.Object;)",
          "java.lang.String.toLowerCase()",
          "java.lang.String.toUpperCase()",
          "java.lang.String.getBytes()");

  private static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(location -> !location.contains("/onnx/wire/proto/"))
          .importPackages("dev.coppice");

  @Test
  void packagesImportOnlyWhatTheyMay() {
    Set<String> violations = new TreeSet<>();
    for (JavaClass c : MAIN) {
      Optional<String> from = row(c);
      for (Dependency d : c.getDirectDependenciesFromSelf()) {
        Optional<String> to = row(d.getTargetClass());
        if (from.isPresent() && to.isPresent() && !from.equals(to)) {
          if (!MAY_IMPORT.get(from.get()).contains(to.get())) {
            violations.add(from.get() + " -> " + to.get() + ": " + c.getName());
          }
        }
      }
    }
    assertEquals(Set.of(), violations);
  }

  @Test
  void everyPackageHasARow() {
    Set<String> unknown = new TreeSet<>();
    for (JavaClass c : MAIN) {
      if (c.getPackageName().startsWith(ROOT) && row(c).isEmpty()) {
        unknown.add(c.getPackageName());
      }
    }
    assertEquals(Set.of(), unknown);
  }

  @Test
  void rowsHaveNoCycle() {
    Map<String, Set<String>> rest = new TreeMap<>(MAY_IMPORT);
    boolean removed = true;
    while (removed) {
      Set<String> open = new TreeSet<>(rest.keySet());
      removed = rest.values().removeIf(to -> to.stream().noneMatch(open::contains));
    }
    assertEquals(Set.of(), rest.keySet());
  }

  @Test
  void librariesStayWhereTheyBelong() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.coppice.compiler.emit..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.palantir.javapoet..")
        .check(MAIN);
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "javax.annotation.processing..", "org.apache.maven..", "ai.djl..", "ai.onnxruntime..")
        .check(MAIN);
    noClasses()
        .that()
        .resideOutsideOfPackages("dev.coppice.compiler.onnx..", "dev.coppice.compiler.driver..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("com.google.protobuf..", "dev.coppice.compiler.onnx.wire.proto..")
        .check(MAIN);
  }

  @Test
  void theRuntimeUsesTheJdkOnly() {
    classes()
        .that()
        .resideInAPackage("dev.coppice.runtime..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("dev.coppice.runtime..", "java..")
        .check(MAIN);
  }

  @Test
  void whatIsWrittenDependsOnNoHashOrder() {
    for (Class<?> unordered : List.of(HashMap.class, HashSet.class)) {
      Set<String> violations = new TreeSet<>();
      for (JavaClass c : MAIN) {
        if (List.of("lowering", "schedule", "emit").contains(row(c).orElse(""))) {
          c.getConstructorCallsFromSelf().stream()
              .filter(call -> call.getTargetOwner().isEquivalentTo(unordered))
              .forEach(call -> violations.add(call.getDescription()));
        }
      }
      assertEquals(Set.of(), violations);
    }
  }

  @Test
  void resultsDoNotDependOnTimeChanceOrLanguage() {
    Set<String> violations = new TreeSet<>();
    for (JavaClass c : MAIN) {
      for (JavaAccess<?> access : c.getAccessesFromSelf()) {
        String target = access.getTarget().getFullName();
        boolean unseeded =
            access.getTarget().getFullName().equals(Random.class.getName() + ".<init>()");
        boolean console =
            target.equals("java.lang.System.out") || target.equals("java.lang.System.err");
        if (row(c).isPresent() && (unseeded || console || NOT_REPRODUCIBLE.contains(target))) {
          violations.add(access.getDescription());
        }
      }
    }
    assertEquals(Set.of(), violations);
  }

  @Test
  void operatorsArePublicRecordsInTheirPackage() {
    List<String> violations = new ArrayList<>();
    for (JavaClass c : operators()) {
      if (!c.isRecord()
          || !c.getModifiers().contains(JavaModifier.PUBLIC)
          || !c.getPackageName().equals(ROOT + "op")) {
        violations.add(c.getName());
      }
    }
    assertEquals(List.of(), violations);
  }

  @Test
  void everyOperatorHasATest() {
    String tests = SourceFiles.tests();
    List<String> untested = new ArrayList<>();
    for (JavaClass c : operators()) {
      String name = c.getSimpleName();
      if (!tests.contains("new " + name + "(")
          && !tests.contains(name + "::new")
          && !tests.contains("class " + name + "Test")) {
        untested.add(name);
      }
    }
    assertEquals(List.of(), untested);
  }

  @Test
  void passesKeepNoState() {
    fields()
        .that()
        .areDeclaredInClassesThat()
        .areAssignableTo(Pass.class)
        .should()
        .beFinal()
        .check(MAIN);
  }

  private static List<JavaClass> operators() {
    return MAIN.stream()
        .filter(c -> c.isAssignableTo(Op.class) && !c.isInterface())
        .sorted((a, b) -> a.getName().compareTo(b.getName()))
        .toList();
  }

  /** The row of a class: the longest that its package starts with. */
  private static Optional<String> row(JavaClass c) {
    String name = c.getPackageName();
    if (!name.startsWith(ROOT)) {
      return Optional.empty();
    }
    String inner = name.substring(ROOT.length());
    String[] parts = inner.split("\\.");
    for (int n = parts.length; n > 0; n--) {
      String candidate = String.join(".", Arrays.copyOf(parts, n));
      if (MAY_IMPORT.containsKey(candidate)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }
}
