package dev.coppice.compiler.driver.measure;

import dev.coppice.compiler.driver.measure.CalibrationKernel.Sizes;
import java.util.List;

/** The kernels that costs are fitted to, and those that are kept apart, for each kind of target. */
final class CalibrationKernels {
  /** Schedules of loops over arrays. */
  private static final List<CalibrationKernel> LOOPS =
      List.of(
          conv("dense planes", Sizes.planes(32, 32, 16, 1)),
          conv("dense planes", Sizes.planes(64, 64, 32, 1)),
          conv("dense planes", Sizes.planes(64, 128, 8, 1)).apart(),
          conv("dense planes", Sizes.planes(16, 16, 32, 3)),
          conv("dense planes", Sizes.planes(32, 64, 16, 3)),
          conv("dense planes", Sizes.planes(32, 32, 28, 3).strided(2)),
          conv("dense planes", Sizes.planes(48, 48, 14, 3)).apart(),
          conv("dense planes", Sizes.planes(32, 32, 24, 3).depthwise()),
          conv("dense rows", Sizes.planes(128, 128, 4, 1)),
          conv("dense rows", Sizes.planes(64, 64, 6, 3)),
          conv("dense rows", Sizes.planes(96, 160, 5, 1)).apart(),
          conv("unrolled sparse", Sizes.planes(64, 64, 16, 1).sparse(0.9)),
          conv("streamed sparse", Sizes.planes(64, 64, 16, 1).sparse(0.9)),
          conv("streamed sparse", Sizes.planes(96, 64, 8, 1).sparse(0.8)),
          conv("streamed sparse", Sizes.planes(64, 96, 12, 1).sparse(0.85)).apart(),
          product("rows", 1, 256, 256),
          product("rows", 32, 128, 128),
          product("rows", 8, 192, 256).apart(),
          CalibrationKernel.integers(32, 32, 32),
          CalibrationKernel.integers(24, 48, 16).apart());

  /** Schedules of registers. */
  private static final List<CalibrationKernel> REGISTERS =
      List.of(
          conv("dense registers", Sizes.planes(64, 64, 16, 1)),
          conv("dense registers", Sizes.planes(32, 32, 16, 3)),
          conv("dense registers in place", Sizes.planes(32, 48, 16, 3)),
          conv("dense registers in place", Sizes.planes(48, 32, 20, 3)).apart(),
          conv("dense planes", Sizes.planes(32, 32, 16, 1)),
          conv("dense rows", Sizes.planes(64, 64, 6, 3)),
          conv("depthwise rows", Sizes.planes(32, 32, 24, 3).depthwise()),
          conv("depthwise rows", Sizes.planes(48, 48, 20, 3).depthwise()).apart(),
          conv("streamed sparse", Sizes.planes(32, 32, 16, 3).sparse(0.85)),
          conv("sparse registers", Sizes.planes(128, 128, 16, 1).sparse(0.9)),
          conv("sparse registers", Sizes.planes(64, 256, 8, 1).sparse(0.95)),
          conv("sparse registers", Sizes.planes(96, 96, 32, 1).sparse(0.7)),
          conv("sparse registers", Sizes.planes(160, 96, 12, 1).sparse(0.9)).apart(),
          conv("panels", Sizes.last(16, 32, 32, 1)),
          conv("panels", Sizes.last(64, 64, 16, 1)),
          conv("panels", Sizes.last(3, 32, 32, 3)),
          conv("panels", Sizes.last(32, 32, 16, 3)),
          conv("panels", Sizes.last(64, 64, 14, 3).strided(2)),
          conv("panels", Sizes.last(384, 768, 7, 1)),
          conv("panels", Sizes.last(96, 96, 14, 1)).apart(),
          conv("panels", Sizes.last(48, 64, 12, 3)).apart(),
          conv("kernel rows written out", Sizes.last(3, 16, 64, 3).strided(2)),
          conv("kernel rows written out", Sizes.last(3, 32, 32, 3)),
          conv("kernel rows written out", Sizes.last(4, 16, 48, 3)).apart(),
          conv("taps written out", Sizes.last(64, 64, 28, 3).depthwise()),
          conv("taps written out", Sizes.last(256, 256, 7, 3).depthwise()),
          conv("taps written out", Sizes.last(32, 32, 32, 3).depthwise().strided(2)),
          conv("taps written out", Sizes.last(128, 128, 14, 3).depthwise()).apart(),
          conv("Winograd F(2x2, 3x3)", Sizes.last(32, 32, 16, 3)),
          conv("Winograd F(4x4, 3x3)", Sizes.last(64, 64, 28, 3)),
          conv("Winograd F(4x4, 3x3)", Sizes.last(48, 48, 20, 3)).apart(),
          product("panels", 32, 256, 256),
          product("panels", 48, 192, 192).apart(),
          product("rows", 1, 256, 256),
          CalibrationKernel.integers(32, 32, 32));

  private CalibrationKernels() {}

  /** Those of a target with or without registers. */
  static List<CalibrationKernel> of(boolean vectorApi) {
    return vectorApi ? REGISTERS : LOOPS;
  }

  private static CalibrationKernel conv(String schedule, Sizes sizes) {
    return CalibrationKernel.conv(schedule, sizes);
  }

  private static CalibrationKernel product(String schedule, int m, int k, int n) {
    return CalibrationKernel.product(schedule, m, k, n);
  }
}
