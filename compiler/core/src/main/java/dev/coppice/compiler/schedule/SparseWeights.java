package dev.coppice.compiler.schedule;

import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The non-zero weights of an ungrouped convolution, by block of input channels and output channel.
 *
 * @param chains per block, then per output channel: its terms in plane order
 * @param count non-zero weights
 */
record SparseWeights(List<List<List<Term>>> chains, int count) {
  /**
   * One non-zero weight.
   *
   * @param plane plane within the block
   * @param weight factor
   */
  record Term(int plane, float weight) {}

  static SparseWeights of(ConvGeometry g, PlaneBlocking blocking, Tensor w) {
    List<List<List<Term>>> chains = new ArrayList<>();
    int count = 0;
    for (int block = 0; block < blocking.blocks(); block++) {
      List<List<Term>> channels = new ArrayList<>();
      for (int oc = 0; oc < g.oc(); oc++) {
        List<Term> terms = new ArrayList<>();
        int from = block * blocking.icBlock() * g.taps();
        int to = Math.min(from + blocking.terms(), g.groupC() * g.taps());
        for (int i = from; i < to; i++) {
          float v = w.floatAt(oc * g.groupC() * g.taps() + i);
          if (v != 0) {
            terms.add(new Term(i - from, v));
          }
        }
        count += terms.size();
        channels.add(List.copyOf(terms));
      }
      chains.add(List.copyOf(channels));
    }
    return new SparseWeights(List.copyOf(chains), count);
  }

  /** Microkernel calls that these chains take, four terms each. */
  int calls() {
    int calls = 0;
    for (List<List<Term>> channels : chains) {
      for (List<Term> terms : channels) {
        calls += Loops.ceilDiv(terms.size(), Axpy.TERMS);
      }
    }
    return calls;
  }
}
