package dev.coppice.runtime;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class VectorProfilesTest {
  @Test
  void hotSpotBefore25NeedsThem() {
    assertTrue(VectorProfiles.areNeeded("17"));
    assertTrue(VectorProfiles.areNeeded("24"));
    assertFalse(VectorProfiles.areNeeded("25"));
  }

  @Test
  void anUnknownVersionDoesNot() {
    assertFalse(VectorProfiles.areNeeded("1.8"));
    assertFalse(VectorProfiles.areNeeded(""));
  }

  @Test
  void areMadeOnce() {
    boolean first = VectorProfiles.areMissing();
    assertTrue(first == VectorProfiles.areNeeded(System.getProperty("java.specification.version")));
    assertFalse(VectorProfiles.areMissing());
  }
}
