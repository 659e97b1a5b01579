package dev.coppice.examples.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.examples.benchmarks.Network.Group;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

final class RatioChartTest {
  @Test
  void everyNetworkAndRatioIsThere() throws Exception {
    List<String> texts =
        texts(
            Sessions.of(
                Sessions.measurement("small", Group.DENSE, 734, 21),
                Sessions.measurement("large", Group.LARGE, 311, 100)));
    for (String text : List.of("small", "large", "7.34", "0.21", "3.11", "1.00", "vector")) {
      assertTrue(texts.contains(text), () -> text + " is not in " + texts);
    }
  }

  @Test
  void growsWithTheNetworks() throws IOException {
    Measurement m = Sessions.measurement("net", Group.DENSE, 734, 21);
    int one = height(RatioChart.svg(Sessions.of(m)));
    int two = height(RatioChart.svg(Sessions.of(m, Sessions.measurement("b", m.group(), 1, 2))));
    assertEquals(36, two - one);
  }

  private static int height(String svg) {
    return Integer.parseInt(svg.replaceAll("(?s).*?<svg height=\"(\\d+)\".*", "$1"));
  }

  private static List<String> texts(Session session) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
    Element svg =
        factory
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(RatioChart.svg(session))))
            .getDocumentElement();
    NodeList nodes = svg.getElementsByTagName("text");
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      texts.add(nodes.item(i).getTextContent().strip());
    }
    return texts;
  }
}
