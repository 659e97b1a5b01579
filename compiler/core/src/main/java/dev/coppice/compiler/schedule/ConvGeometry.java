package dev.coppice.compiler.schedule;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/**
 * All sizes of a convolution.
 *
 * @param dtype element type of every operand
 * @param n batch
 * @param c input channels
 * @param oc output channels
 * @param group groups
 * @param in input spatial sizes
 * @param kernel kernel sizes
 * @param strides per spatial axis
 * @param pads begins, then ends
 * @param dilations per spatial axis
 * @param out output spatial sizes
 */
public record ConvGeometry(
    DType dtype,
    int n,
    int c,
    int oc,
    int group,
    List<Integer> in,
    List<Integer> kernel,
    List<Integer> strides,
    List<Integer> pads,
    List<Integer> dilations,
    List<Integer> out) {

  /**
   * The geometry for these operand types (x, w, optionally b).
   *
   * @throws IllegalArgumentException naming the operand or attribute that does not fit
   */
  public static ConvGeometry of(
      List<TensorType> inputs,
      List<Integer> strides,
      List<Integer> pads,
      List<Integer> dilations,
      int group) {
    TensorType x = inputs.get(0);
    TensorType w = inputs.get(1);
    int rank = x.shape().rank() - 2;
    require(rank >= 1, "x is " + x + "; expected [N, C, spatial...]");
    require(w.shape().rank() == rank + 2, "w is " + w + "; expected rank " + (rank + 2));
    require(x.dtype().isFloat(), "x is " + x + "; expected a float type");
    for (TensorType t : inputs) {
      require(t.dtype() == x.dtype(), "operands are " + inputs + "; expected one element type");
    }
    require(strides.size() == rank, "strides " + strides + "; expected " + rank + " values");
    require(dilations.size() == rank, "dilations " + dilations + "; expected " + rank + " values");
    require(pads.size() == 2 * rank, "pads " + pads + "; expected " + 2 * rank + " values");
    require(
        strides.stream().allMatch(s -> s > 0) && dilations.stream().allMatch(d -> d > 0),
        "strides " + strides + " and dilations " + dilations + " must be positive");
    require(pads.stream().allMatch(p -> p >= 0), "pads " + pads + " must not be negative");
    int c = x.shape().dim(1);
    int oc = w.shape().dim(0);
    require(
        group > 0 && c % group == 0 && oc % group == 0 && w.shape().dim(1) * group == c,
        "x is "
            + x
            + ", w is "
            + w
            + ", group "
            + group
            + "; group must divide both channel counts and w axis 1 be C/group");
    if (inputs.size() > 2) {
      require(
          inputs.get(2).shape().equals(Shape.of(oc)),
          "b is " + inputs.get(2) + "; expected [" + oc + "]");
    }
    List<Integer> in = dims(x.shape());
    List<Integer> kernel = dims(w.shape());
    Integer[] out = new Integer[rank];
    for (int i = 0; i < rank; i++) {
      long kernelSpan = (kernel.get(i) - 1L) * dilations.get(i) + 1;
      long span = (long) in.get(i) + pads.get(i) + pads.get(rank + i) - kernelSpan;
      require(
          span >= 0,
          "kernel "
              + kernel
              + " with dilations "
              + dilations
              + " does not fit input "
              + x
              + " with pads "
              + pads);
      out[i] = Math.toIntExact(span / strides.get(i) + 1);
    }
    return new ConvGeometry(
        x.dtype(),
        x.shape().dim(0),
        c,
        oc,
        group,
        in,
        kernel,
        strides,
        pads,
        dilations,
        List.of(out));
  }

  private static List<Integer> dims(Shape s) {
    return java.util.Arrays.stream(s.dims()).skip(2).boxed().toList();
  }

  private static void require(boolean ok, String message) {
    if (!ok) {
      throw new IllegalArgumentException(message);
    }
  }

  /** Number of spatial axes. */
  public int spatial() {
    return in.size();
  }

  /** Input channels of a group. */
  public int groupC() {
    return c / group;
  }

  /** Output channels of a group. */
  public int groupOc() {
    return oc / group;
  }

  /** Kernel elements. */
  public int taps() {
    return product(kernel);
  }

  /** Elements of an input plane. */
  public int inPlane() {
    return product(in);
  }

  /** Elements of an output plane. */
  public int outPlane() {
    return product(out);
  }

  /**
   * Whether every output element reads exactly one input place, the same one: 1x1 kernel, stride 1,
   * no padding.
   */
  public boolean isPointwise() {
    return taps() == 1
        && strides.stream().allMatch(s -> s == 1)
        && pads.stream().allMatch(p -> p == 0);
  }

  /** Multiply-accumulates, padding included. */
  public long macs() {
    return (long) n * oc * groupC() * taps() * outPlane();
  }

  /** Bytes of the weights, one behind the other. */
  public long weightBytes() {
    return (long) oc * groupC() * taps() * dtype.bytes();
  }

  /** Type of the result. */
  public TensorType outputType() {
    int[] dims = new int[spatial() + 2];
    dims[0] = n;
    dims[1] = oc;
    for (int i = 0; i < spatial(); i++) {
      dims[i + 2] = out.get(i);
    }
    return TensorType.of(dtype, dims);
  }

  private static int product(List<Integer> dims) {
    return dims.stream().mapToInt(Integer::intValue).reduce(1, Math::multiplyExact);
  }

  /** The convolution by definition, accumulated in double. */
  public Tensor evaluate(List<Tensor> inputs) {
    double[] x = doubles(inputs.get(0));
    double[] w = doubles(inputs.get(1));
    double[] y = new double[outputType().shape().size()];
    int[] o = new int[spatial()];
    int[] taps = new int[spatial()];
    for (int i = 0; i < y.length; i++) {
      int channel = i / outPlane() % oc;
      int batch = i / outPlane() / oc;
      unflatten(i % outPlane(), out, o);
      double sum = inputs.size() > 2 ? inputs.get(2).doubleAt(channel) : 0;
      for (int t = 0; t < taps(); t++) {
        unflatten(t, kernel, taps);
        int at = inputIndex(o, taps);
        if (at < 0) {
          continue;
        }
        int xc = batch * c + channel / groupOc() * groupC();
        for (int ic = 0; ic < groupC(); ic++) {
          sum += x[(xc + ic) * inPlane() + at] * w[(channel * groupC() + ic) * taps() + t];
        }
      }
      y[i] = sum;
    }
    return Tensor.fromDoubles(outputType(), i -> y[i]);
  }

  private static double[] doubles(Tensor t) {
    double[] d = new double[t.size()];
    for (int i = 0; i < d.length; i++) {
      d[i] = t.doubleAt(i);
    }
    return d;
  }

  /**
   * Place in an input plane that output place {@code o} reads with kernel element {@code tap}; -1
   * in the padding.
   */
  private int inputIndex(int[] o, int[] tap) {
    int at = 0;
    for (int d = 0; d < spatial(); d++) {
      int p = o[d] * strides.get(d) - pads.get(d) + tap[d] * dilations.get(d);
      if (p < 0 || p >= in.get(d)) {
        return -1;
      }
      at = at * in.get(d) + p;
    }
    return at;
  }

  private static void unflatten(int index, List<Integer> dims, int[] place) {
    int rest = index;
    for (int d = place.length - 1; d >= 0; d--) {
      place[d] = rest % dims.get(d);
      rest /= dims.get(d);
    }
  }
}
