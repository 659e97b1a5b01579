package it;

/** Prints which backend was chosen and a sum of what it computed. */
public final class Main {
  private Main() {}

  /** Runs the model. */
  public static void main(String[] args) {
    float[] x = new float[Product.INPUT_0_LENGTH];
    for (int i = 0; i < x.length; i++) {
      x[i] = i % 5;
    }
    float[] y = new float[Product.OUTPUT_0_LENGTH];
    new Product().run(x, y);
    float sum = 0;
    for (float value : y) {
      sum += value;
    }
    System.out.println(Product.BACKEND + " " + Math.round(sum));
  }
}
