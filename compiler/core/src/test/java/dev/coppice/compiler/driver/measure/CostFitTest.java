package dev.coppice.compiler.driver.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.loop.CostFigure;
import dev.coppice.compiler.loop.Costs;
import dev.coppice.compiler.testing.EqualCosts;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class CostFitTest {
  private static final List<CostFigure> FIGURES =
      List.of(CostFigure.CALL, CostFigure.TERM, CostFigure.COPY);

  /** Calls, terms and copies of some kernels; none that tells about {@link CostFigure#STRIDED}. */
  private static final double[][] KERNELS = {
    {100, 10, 1}, {10, 1000, 30}, {3, 50, 900}, {500, 500, 500}, {1, 4000, 4000}, {900, 10, 10}
  };

  private static final Function<Costs, double[]> PREDICTED =
      costs -> {
        double[] nanos = new double[KERNELS.length];
        for (int i = 0; i < nanos.length; i++) {
          nanos[i] =
              KERNELS[i][0] * costs.call()
                  + KERNELS[i][1] * costs.term()
                  + KERNELS[i][2] * costs.copy();
        }
        return nanos;
      };

  private static Costs truth() {
    return EqualCosts.of(1)
        .with(CostFigure.CALL, 4)
        .with(CostFigure.TERM, 0.3)
        .with(CostFigure.COPY, 2);
  }

  private static void near(double expected, double actual, double share) {
    assertEquals(expected, actual, share * expected);
  }

  @Test
  void findsTheFiguresBehindTimes() {
    Costs fitted = CostFit.fit(EqualCosts.of(1), FIGURES, PREDICTED, PREDICTED.apply(truth()));
    near(4, fitted.call(), 0.05);
    near(0.3, fitted.term(), 0.05);
    near(2, fitted.copy(), 0.05);
  }

  @Test
  void keepsWhatNoKernelTellsAbout() {
    List<CostFigure> more =
        List.of(CostFigure.CALL, CostFigure.TERM, CostFigure.COPY, CostFigure.STRIDED);
    Costs fitted = CostFit.fit(EqualCosts.of(1), more, PREDICTED, PREDICTED.apply(truth()));
    near(1, fitted.strided(), 1e-9);
    near(1, fitted.streamed(), 1e-9);
    near(4, fitted.call(), 0.05);
  }

  @Test
  void oneDisturbedTimeDoesNotMoveTheOthersFar() {
    double[] measured = PREDICTED.apply(truth());
    measured[3] *= 50;
    Costs fitted = CostFit.fit(EqualCosts.of(1), FIGURES, PREDICTED, measured);
    near(4, fitted.call(), 0.4);
    near(0.3, fitted.term(), 0.4);
    near(2, fitted.copy(), 0.4);
  }
}
