package it;

/** Uses both generated classes, so that the build fails if one is missing. */
public final class Main {
  private Main() {}

  /** Runs both. */
  public static void main(String[] args) {
    new Adder().run(new float[3], new float[3], new float[3]);
    new Seq().run(new float[4], new float[4]);
  }
}
