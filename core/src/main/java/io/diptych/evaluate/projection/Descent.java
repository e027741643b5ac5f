package io.diptych.evaluate.projection;

import java.util.Arrays;

/**
 * Gradient descent with momentum, and a gain for each coordinate that grows while it moves on in
 * one direction and shrinks when it turns (Jacobs, "Increased rates of convergence through learning
 * rate adaptation", Neural Networks 1, 1988).
 */
final class Descent {
  private static final double GROWTH = 0.2;
  private static final double SHRINKAGE = 0.8;
  private static final double LEAST_GAIN = 0.01;

  private final double rate;
  private final double[] moves;
  private final double[] gains;

  Descent(int coordinates, double rate) {
    this.rate = rate;
    moves = new double[coordinates];
    gains = new double[coordinates];
    Arrays.fill(gains, 1);
  }

  void step(double[] points, double[] gradient, double momentum) {
    for (int i = 0; i < points.length; i++) {
      boolean goesOn = moves[i] * gradient[i] < 0;
      gains[i] = Math.max(LEAST_GAIN, goesOn ? gains[i] + GROWTH : gains[i] * SHRINKAGE);
      moves[i] = momentum * moves[i] - rate * gains[i] * gradient[i];
      points[i] += moves[i];
    }
  }
}
