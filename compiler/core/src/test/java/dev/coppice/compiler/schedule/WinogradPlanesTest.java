package dev.coppice.compiler.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.tensor.DType;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WinogradPlanesTest {
  private static ConvGeometry conv(int h, int w) {
    return new ConvGeometry(
        DType.FLOAT32,
        1,
        3,
        5,
        1,
        List.of(h, w),
        List.of(3, 3),
        List.of(1, 1),
        List.of(1, 1, 1, 1),
        List.of(1, 1),
        List.of(h, w));
  }

  @Test
  void tilesAreThePlacesOfAConvolutionWithTheirStride() {
    ConvGeometry tiles = WinogradPlanes.tiles(conv(9, 12), Winograd.F4);
    assertEquals(List.of(3, 3), tiles.out());
    assertEquals(List.of(6, 6), tiles.kernel());
    assertEquals(List.of(4, 4), tiles.strides());
    assertEquals(List.of(1, 1, 1, 1), tiles.pads());
  }

  @Test
  void rowsOfTilesAreOneElementApart() {
    PlaneTiling f2 = PlaneTiling.inPlace(WinogradPlanes.tiles(conv(9, 12), Winograd.F2), 1000);
    PlaneTiling f4 = PlaneTiling.inPlace(WinogradPlanes.tiles(conv(9, 12), Winograd.F4), 1000);
    assertEquals(7, f2.rowStride());
    assertEquals(4, f4.rowStride());
    assertEquals(4 * 7 + 6, f2.tileLength());
    assertEquals(2 * 4 + 3, f4.tileLength());
  }
}
