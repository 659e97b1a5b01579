package dev.coppice.examples.benchmarks;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Dimension;
import java.awt.Font;
import java.awt.geom.Rectangle2D;
import java.io.IOException;
import java.io.StringWriter;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Locale;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.batik.svggen.SVGGraphics2D;
import org.jfree.chart.ChartFactory;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.StandardChartTheme;
import org.jfree.chart.axis.LogAxis;
import org.jfree.chart.axis.NumberTickUnit;
import org.jfree.chart.labels.ItemLabelAnchor;
import org.jfree.chart.labels.ItemLabelPosition;
import org.jfree.chart.labels.StandardCategoryItemLabelGenerator;
import org.jfree.chart.plot.CategoryPlot;
import org.jfree.chart.plot.PlotOrientation;
import org.jfree.chart.plot.ValueMarker;
import org.jfree.chart.renderer.category.BarRenderer;
import org.jfree.chart.renderer.category.StandardBarPainter;
import org.jfree.chart.ui.Layer;
import org.jfree.chart.ui.RectangleInsets;
import org.jfree.chart.ui.TextAnchor;
import org.jfree.data.category.DefaultCategoryDataset;
import org.w3c.dom.Document;

/**
 * A picture of a session: a bar a backend and network, its time relative to ONNX Runtime's. Bars
 * begin at 1 on a logarithmic axis, so that faster ones grow to the left.
 */
final class RatioChart {
  private static final int WIDTH = 900;
  private static final int ROW_HEIGHT = 18;
  private static final int MARGINS = 130;
  private static final double LEAST_SPREAD = 2;
  private static final Color GRID = new Color(0xd9dde3);
  private static final Color INK = new Color(0x2f3640);

  /** Told apart by brightness too. */
  private static final Color[] COLOURS = {
    new Color(0xf0b35a), new Color(0x2a6f97), new Color(0x8a5a99), new Color(0x6a994e)
  };

  private RatioChart() {}

  /** The picture as SVG. */
  static String svg(Session session) throws IOException {
    Document document;
    try {
      document =
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .getDOMImplementation()
              .createDocument("http://www.w3.org/2000/svg", "svg", null);
    } catch (ParserConfigurationException e) {
      throw new IllegalStateException("this Java has no XML parser", e);
    }
    SVGGraphics2D graphics = new SVGGraphics2D(document);
    int bars = session.measurements().size() * session.backends().size();
    int height = MARGINS + bars * ROW_HEIGHT;
    graphics.setSVGCanvasSize(new Dimension(WIDTH, height));
    chart(session).draw(graphics, new Rectangle2D.Double(0, 0, WIDTH, height));
    StringWriter text = new StringWriter();
    graphics.stream(text, true);
    return text.toString().replace("\r\n", "\n");
  }

  private static JFreeChart chart(Session session) {
    DefaultCategoryDataset data = new DefaultCategoryDataset();
    double least = 1 / LEAST_SPREAD;
    double most = LEAST_SPREAD;
    for (Measurement m : session.measurements()) {
      for (String b : session.backends()) {
        data.addValue(m.ratio(b), b, m.name());
        least = Math.min(least, m.ratio(b));
        most = Math.max(most, m.ratio(b));
      }
    }
    JFreeChart chart =
        ChartFactory.createBarChart(
            "Time relative to ONNX Runtime (one thread; left of the line is faster)",
            null,
            null,
            data,
            PlotOrientation.HORIZONTAL,
            true,
            false,
            false);
    StandardChartTheme theme = new StandardChartTheme("plain");
    theme.setExtraLargeFont(new Font(Font.SANS_SERIF, Font.BOLD, 16));
    theme.setLargeFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
    theme.setRegularFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
    theme.setChartBackgroundPaint(Color.WHITE);
    theme.setPlotBackgroundPaint(Color.WHITE);
    theme.setTitlePaint(INK);
    theme.setAxisLabelPaint(INK);
    theme.setTickLabelPaint(INK);
    theme.setLegendItemPaint(INK);
    theme.setShadowVisible(false);
    theme.apply(chart);
    chart.setPadding(new RectangleInsets(10, 10, 6, 20));
    style(chart.getCategoryPlot(), session.backends().size(), least, most);
    return chart;
  }

  private static void style(CategoryPlot plot, int series, double least, double most) {
    LogAxis axis = new LogAxis(null);
    axis.setBase(2);
    axis.setTickUnit(new NumberTickUnit(1));
    axis.setNumberFormatOverride(
        new DecimalFormat("0.###", DecimalFormatSymbols.getInstance(Locale.ROOT)));
    axis.setMinorTickMarksVisible(false);
    axis.setTickLabelFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
    axis.setTickLabelPaint(INK);
    // Room for the figures at the bars' ends.
    axis.setRange(least / 1.35, most * 1.35);
    plot.setRangeAxis(axis);
    plot.setOutlineVisible(false);
    plot.setRangeGridlinePaint(GRID);
    plot.setRangeGridlineStroke(new BasicStroke(1));
    plot.getDomainAxis().setCategoryMargin(0.25);
    plot.getDomainAxis().setLowerMargin(0.01);
    plot.getDomainAxis().setUpperMargin(0.01);
    plot.getDomainAxis().setAxisLineVisible(false);
    plot.getDomainAxis().setTickMarksVisible(false);
    plot.getDomainAxis().setMaximumCategoryLabelWidthRatio(0.4f);
    ValueMarker one = new ValueMarker(1, INK, new BasicStroke(1.5f));
    one.setAlpha(1);
    plot.addRangeMarker(one, Layer.FOREGROUND);
    BarRenderer bars = new Bars();
    plot.setRenderer(bars);
    bars.setBase(1);
    bars.setBarPainter(new StandardBarPainter());
    bars.setShadowVisible(false);
    bars.setDrawBarOutline(false);
    bars.setItemMargin(0.08);
    bars.setDefaultItemLabelsVisible(true);
    bars.setDefaultItemLabelFont(new Font(Font.SANS_SERIF, Font.PLAIN, 11));
    bars.setDefaultItemLabelPaint(INK);
    bars.setDefaultItemLabelGenerator(
        new StandardCategoryItemLabelGenerator(
            "{2}", new DecimalFormat("0.00", DecimalFormatSymbols.getInstance(Locale.ROOT))));
    for (int s = 0; s < series; s++) {
      bars.setSeriesPaint(s, COLOURS[s % COLOURS.length]);
    }
  }

  /** Bars whose figures stand at their free ends. */
  private static final class Bars extends BarRenderer {
    private static final long serialVersionUID = 1;

    @Override
    public ItemLabelPosition getPositiveItemLabelPosition(int row, int column) {
      double value = getPlot().getDataset().getValue(row, column).doubleValue();
      return value < 1
          ? new ItemLabelPosition(ItemLabelAnchor.OUTSIDE9, TextAnchor.CENTER_RIGHT)
          : new ItemLabelPosition(ItemLabelAnchor.OUTSIDE3, TextAnchor.CENTER_LEFT);
    }
  }
}
