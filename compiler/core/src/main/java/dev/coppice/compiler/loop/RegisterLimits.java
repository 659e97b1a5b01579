package dev.coppice.compiler.loop;

/**
 * How many operations on registers may be written in a method. HotSpot inlines each of them; where
 * they are too many it gives up, and each makes an object.
 */
public final class RegisterLimits {
  /** Of a tile, whose method has loops around it: HotSpot 17 gives up on some 150. */
  public static final int MOST_IN_TILE = 112;

  /** Of any method: HotSpot 17 inlines 262 in a short one, and gives up on 304. */
  public static final int MOST_IN_METHOD = 200;

  private RegisterLimits() {}
}
