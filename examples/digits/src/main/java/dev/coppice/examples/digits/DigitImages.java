package dev.coppice.examples.digits;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * Labelled images of handwritten digits: the UCI data set that {@code digits.csv.gz} holds.
 *
 * @param pixels per image 64 values 0 to 16, row by row
 * @param labels per image its digit
 */
record DigitImages(float[][] pixels, int[] labels) {
  /** Pixels of an image. */
  static final int PIXELS = 64;

  /** Number of digits. */
  static final int CLASSES = 10;

  /** The images before this one trained the network. */
  private static final int FIRST_TEST_IMAGE = 1297;

  private static final String RESOURCE = "digits.csv.gz";

  /** The 500 images that training has not seen. */
  static DigitImages forTest() throws IOException {
    List<String> lines = lines();
    List<String> test = lines.subList(FIRST_TEST_IMAGE, lines.size());
    float[][] pixels = new float[test.size()][PIXELS];
    int[] labels = new int[test.size()];
    for (int i = 0; i < labels.length; i++) {
      String[] fields = test.get(i).split(",", -1);
      for (int p = 0; p < PIXELS; p++) {
        pixels[i][p] = Float.parseFloat(fields[p]);
      }
      labels[i] = Integer.parseInt(fields[PIXELS]);
    }
    return new DigitImages(pixels, labels);
  }

  private static List<String> lines() throws IOException {
    List<String> lines = new ArrayList<>();
    try (var in = DigitImages.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IOException(RESOURCE + " is missing from the class path");
      }
      var reader =
          new BufferedReader(
              new InputStreamReader(new GZIPInputStream(in), StandardCharsets.US_ASCII));
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.add(line);
      }
    }
    return lines;
  }

  int size() {
    return labels.length;
  }
}
