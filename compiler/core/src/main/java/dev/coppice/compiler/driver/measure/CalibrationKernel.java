package dev.coppice.compiler.driver.measure;

import dev.coppice.compiler.ir.Chooser;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.GraphBuilder;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.ir.Prediction;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.loop.Target;
import dev.coppice.compiler.lowering.KernelPlan;
import dev.coppice.compiler.lowering.KernelPlanner;
import dev.coppice.compiler.op.ChannelsLastConv;
import dev.coppice.compiler.op.Conv;
import dev.coppice.compiler.op.MatMul;
import dev.coppice.compiler.op.Relu;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * A kernel whose time tells what things cost.
 *
 * @param name its sizes, for people
 * @param graph what it computes: one node, and a Relu behind a convolution
 * @param schedule how
 * @param heldOut whether it is kept apart from those that costs are fitted to, to see whether they
 *     hold for others as well
 */
record CalibrationKernel(String name, Graph graph, String schedule, boolean heldOut) {

  /**
   * Sizes of a convolution with as much padding as its kernel is wide.
   *
   * @param last whether the channels of a place lie side by side
   * @param c input channels
   * @param oc output channels
   * @param side places in each direction
   * @param kernel kernel size in each direction
   * @param stride in each direction
   * @param group number of groups
   * @param zeros fraction of weights that are zero
   */
  record Sizes(
      boolean last, int c, int oc, int side, int kernel, int stride, int group, double zeros) {
    /** Channels side by side, dense. */
    static Sizes last(int c, int oc, int side, int kernel) {
      return new Sizes(true, c, oc, side, kernel, 1, 1, 0);
    }

    /** Planes, dense. */
    static Sizes planes(int c, int oc, int side, int kernel) {
      return new Sizes(false, c, oc, side, kernel, 1, 1, 0);
    }

    /** The same with another stride. */
    Sizes strided(int other) {
      return new Sizes(last, c, oc, side, kernel, other, group, zeros);
    }

    /** The same with a group for each channel. */
    Sizes depthwise() {
      return new Sizes(last, c, oc, side, kernel, stride, c, zeros);
    }

    /** The same with most weights zero. */
    Sizes sparse(double fraction) {
      return new Sizes(last, c, oc, side, kernel, stride, group, fraction);
    }

    private String text() {
      return String.format(
          Locale.ROOT,
          "%dx%d%s, %d to %d channels, %dx%d%s%s",
          kernel,
          kernel,
          group > 1 ? " depthwise" : "",
          c,
          oc,
          side,
          side,
          stride > 1 ? ", stride " + stride : "",
          zeros > 0 ? ", " + Math.round(100 * zeros) + " % zeros" : "");
    }

    private Graph graph() {
      GraphBuilder b = new GraphBuilder("conv");
      Value x =
          b.input(
              "x",
              last
                  ? TensorType.of(DType.FLOAT32, 1, side, side, c)
                  : TensorType.of(DType.FLOAT32, 1, c, side, side));
      Value w = b.constant("w", random(Shape.of(oc, c / group, kernel, kernel), zeros));
      Value bias = b.constant("b", random(Shape.of(oc), 0));
      List<Integer> strides = List.of(stride, stride);
      List<Integer> pads = Collections.nCopies(4, kernel / 2);
      List<Integer> dilations = List.of(1, 1);
      Op op =
          last
              ? new ChannelsLastConv(strides, pads, dilations, group)
              : new Conv(strides, pads, dilations, group);
      b.output("y", b.add("relu", new Relu(), b.add("conv", op, x, w, bias)));
      return b.build();
    }
  }

  /** A kernel of a convolution that costs are fitted to. */
  static CalibrationKernel conv(String schedule, Sizes sizes) {
    return new CalibrationKernel(sizes.text(), sizes.graph(), schedule, false);
  }

  /** A kernel of a product with a constant matrix that costs are fitted to. */
  static CalibrationKernel product(String schedule, int m, int k, int n) {
    GraphBuilder b = new GraphBuilder("matMul");
    Value a = b.input("a", TensorType.of(DType.FLOAT32, m, k));
    Value w = b.constant("w", random(Shape.of(k, n), 0));
    b.output("y", b.add("matMul", new MatMul(), a, w));
    return new CalibrationKernel(m + "x" + k + " by " + k + "x" + n, b.build(), schedule, false);
  }

  /** The same of two matrices of integers that are both computed: scalar code. */
  static CalibrationKernel integers(int m, int k, int n) {
    GraphBuilder b = new GraphBuilder("matMul");
    Value a = b.input("a", TensorType.of(DType.INT32, m, k));
    Value w = b.input("w", TensorType.of(DType.INT32, k, n));
    b.output("y", b.add("matMul", new MatMul(), a, w));
    String name = "int32 " + m + "x" + k + " by " + k + "x" + n;
    return new CalibrationKernel(name, b.build(), "definition", false);
  }

  /** This kernel, kept apart. */
  CalibrationKernel apart() {
    return new CalibrationKernel(name, graph, schedule, true);
  }

  private static Tensor random(Shape shape, double zeros) {
    SplittableRandom random = new SplittableRandom(1);
    return Tensor.fromDoubles(
        new TensorType(DType.FLOAT32, shape),
        i -> {
          double value = random.nextDouble() * 2 - 1;
          return random.nextDouble() < zeros ? 0 : value;
        });
  }

  /** Its plan for a target. */
  KernelPlan plan(Target target) {
    Chooser chooser = question -> Optional.of(schedule);
    KernelPlan plan = KernelPlanner.plan(graph, target, chooser);
    if (plan.choices().size() != 1 || !prediction(plan).schedule().equals(schedule)) {
      throw new IllegalStateException(
          "compiler bug: '" + schedule + "' is no schedule of " + name + ": " + plan.choices());
    }
    return plan;
  }

  /** What a plan of it is predicted to take. */
  static Prediction prediction(KernelPlan plan) {
    return plan.choices().get(0).chosen();
  }
}
