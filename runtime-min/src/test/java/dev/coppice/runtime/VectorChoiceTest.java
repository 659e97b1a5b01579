package dev.coppice.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class VectorChoiceTest {
  private static final String HOTSPOT = "OpenJDK 64-Bit Server VM";
  private static final String MIXED = "mixed mode, sharing";

  @AfterEach
  void askForNothing() {
    System.clearProperty(VectorChoice.PROPERTY);
  }

  @Test
  void hotSpotWithC2KeepsVectorsInRegisters() {
    assertTrue(VectorChoice.compiles(HOTSPOT, "17.0.15+6", MIXED));
    assertTrue(VectorChoice.compiles("Java HotSpot(TM) 64-Bit Server VM", "25+36", MIXED));
    assertTrue(VectorChoice.compiles(HOTSPOT, "21+35", "compiled mode, sharing"));
  }

  @Test
  void aJvmThatInterpretsOrHasAnotherCompilerDoesNot() {
    assertFalse(VectorChoice.compiles(HOTSPOT, "17.0.15+6", "interpreted mode, sharing"));
    assertFalse(VectorChoice.compiles(HOTSPOT, "25+36", "mixed mode, emulated-client, sharing"));
    assertFalse(VectorChoice.compiles(HOTSPOT, "17.0.7+7-jvmci-22.3-b18", MIXED));
    assertFalse(VectorChoice.compiles("Substrate VM", "25+36", ""));
    assertFalse(VectorChoice.compiles("Eclipse OpenJ9 VM", "openj9-0.46.0", "JRE 21 Linux amd64"));
    assertFalse(VectorChoice.compiles("OpenJDK 64-Bit Zero VM", "17.0.15+6", MIXED));
    assertFalse(VectorChoice.compiles("OpenJDK Client VM", "17.0.15+6", MIXED));
    assertFalse(VectorChoice.compiles("Dalvik", "2.1.0", ""));
  }

  @Test
  void registersPayWhereTheyMultiplyAndAddInOneInstruction() {
    assertTrue(VectorChoice.pays(16, "amd64"));
    assertTrue(VectorChoice.pays(8, "x86_64"));
    assertTrue(VectorChoice.pays(4, "aarch64"));
    for (String arch : new String[] {"amd64", "x86_64", "x86", "i386", "X86_64"}) {
      assertFalse(VectorChoice.pays(4, arch), arch);
    }
    assertFalse(VectorChoice.pays(2, "aarch64"));
  }

  @Test
  void thePropertyOverridesTheAnswer() {
    System.setProperty(VectorChoice.PROPERTY, "portable");
    assertFalse(VectorChoice.mayBeFast());
    System.setProperty(VectorChoice.PROPERTY, "vector");
    assertTrue(VectorChoice.mayBeFast());
    assertEquals("vector", VectorChoice.backend(2));
  }

  @Test
  void theAnswerDependsOnTheRegisters() {
    assertEquals("vector", VectorChoice.backend(16));
    assertEquals("portable", VectorChoice.backend(2));
  }

  @Test
  void aMissingModuleIsAnErrorOnlyIfItWasAskedFor() {
    LinkageError missing = new NoClassDefFoundError("jdk/incubator/vector/FloatVector");
    assertEquals("portable", VectorChoice.backend(missing));
    System.setProperty(VectorChoice.PROPERTY, "vector");
    IllegalStateException e =
        assertThrows(IllegalStateException.class, () -> VectorChoice.backend(missing));
    assertEquals(
        "system property coppice.backend is 'vector', but this JVM was started without the module:"
            + " add --add-modules jdk.incubator.vector",
        e.getMessage());
    assertEquals(missing, e.getCause());
  }

  @Test
  void refusesAPropertyWithAnotherValue() {
    System.setProperty(VectorChoice.PROPERTY, "simd");
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, VectorChoice::mayBeFast);
    assertEquals(
        "system property coppice.backend is 'simd', expected 'vector' or 'portable'",
        e.getMessage());
  }
}
