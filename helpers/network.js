// From strokes to the probabilities of the ten digits, in the page itself: it answers at once
// while Python is busy, and also where no Python runs. These are the only functions of the course
// that exist twice. tests/browser/test_pad.py proves that both compute the same.

// `picture_of_strokes` in error_analysis.py. Returns size * size bytes, row by row: 255 for each
// pixel whose centre lies at most half the pen's width from a stroke, 0 for the others.
function pictureOfStrokes(strokes, size, penWidth) {
  const picture = new Uint8Array(size * size);
  const radius = penWidth / 2;
  for (const stroke of strokes) {
    stroke.forEach(([x2, y2], i) => {
      // From the point before to this one. The first one is a dot.
      const [x1, y1] = stroke[Math.max(i - 1, 0)];
      const left = Math.max(Math.ceil(Math.min(x1, x2) - radius), 0);
      const right = Math.min(Math.floor(Math.max(x1, x2) + radius), size - 1);
      const top = Math.max(Math.ceil(Math.min(y1, y2) - radius), 0);
      const bottom = Math.min(Math.floor(Math.max(y1, y2) + radius), size - 1);
      const dx = x2 - x1, dy = y2 - y1;
      const lengthSquared = dx ** 2 + dy ** 2;
      for (let row = top; row <= bottom; row++) {
        for (let column = left; column <= right; column++) {
          // Where the pixel lies, seen from the first point.
          const x = column - x1, y = row - y1;
          const nearTheEnd = (x - dx) ** 2 + (y - dy) ** 2 <= radius ** 2;
          // Both are distances times the line's length.
          const along = x * dx + y * dy, aside = x * dy - y * dx;
          const besideTheLine =
            along > 0 && along < lengthSquared && aside ** 2 <= radius ** 2 * lengthSquared;
          if (nearTheEnd || besideTheLine) picture[row * size + column] = 255;
        }
      }
    });
  }
  return picture;
}

// `prepare_digit` in error_analysis.py, for a square picture with some ink. Returns 784 numbers.
function prepareDigit(picture, size) {
  let top = size, bottom = 0, left = size, right = 0, darkest = 0;
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const value = picture[row * size + column];
      if (value === 0) continue;
      top = Math.min(top, row);
      bottom = Math.max(bottom, row + 1);
      left = Math.min(left, column);
      right = Math.max(right, column + 1);
      darkest = Math.max(darkest, value);
    }
  }
  // Numbers of 32 bits, as Pillow keeps them.
  const inkHeight = bottom - top, inkWidth = right - left;
  const ink = new Float32Array(inkHeight * inkWidth);
  for (let row = 0; row < inkHeight; row++)
    for (let column = 0; column < inkWidth; column++)
      ink[row * inkWidth + column] = picture[(top + row) * size + left + column] / darkest;

  // The longer side becomes 20 pixels long. First each row is made shorter, then each column.
  const scale = 20 / Math.max(inkHeight, inkWidth);
  const height = Math.max(1, roundHalfToEven(inkHeight * scale));
  const width = Math.max(1, roundHalfToEven(inkWidth * scale));
  const narrow = new Float32Array(inkHeight * width);
  windows(inkWidth, width).forEach(([first, end], column) => {
    for (let row = 0; row < inkHeight; row++)
      narrow[row * width + column] = mean(ink, row * inkWidth + first, row * inkWidth + end, 1);
  });
  const small = new Float32Array(height * width);
  windows(inkHeight, height).forEach(([first, end], row) => {
    for (let column = 0; column < width; column++)
      small[row * width + column] = mean(narrow, first * width + column, end * width + column, width);
  });

  // The centre of mass goes to pixel 14, as far as the frame of 28 x 28 leaves room.
  let sum = 0, sumOfRows = 0, sumOfColumns = 0;
  small.forEach((value, i) => {
    sum += value;
    sumOfRows += value * Math.floor(i / width);
    sumOfColumns += value * (i % width);
  });
  const [down, across] = [sumOfRows / sum, sumOfColumns / sum].map((centre, i) => {
    const place = roundHalfToEven(14 - Math.round(centre * 1e6) / 1e6);
    return Math.min(Math.max(place, 0), 28 - [height, width][i]);
  });
  const digit = new Float64Array(784);
  for (let row = 0; row < height; row++)
    digit.set(small.subarray(row * width, (row + 1) * width), (down + row) * 28 + across);
  return digit;
}

// Which of `from` pixels lie where each of `to` pixels comes to lie, as [first, end], end excluded.
// This is what Pillow's Resampling.BOX computes, down to its rounding.
function windows(from, to) {
  const scale = from / to, reach = Math.max(scale, 1);
  return Array.from({ length: to }, (_, i) => {
    const centre = (i + 0.5) * scale;
    const first = Math.trunc(centre - reach / 2 + 0.5), end = Math.trunc(centre + reach / 2 + 0.5);
    // Pillow looks once more whether the last one lies within, and here rounding can decide.
    const isWithin = (end - 1 - centre + 0.5) * (1 / reach) <= 0.5;
    return [first, isWithin ? end : end - 1];
  });
}

// Of every step-th value from start to end, end excluded.
function mean(values, start, end, step) {
  const weight = step / (end - start);
  let sum = 0;
  for (let i = start; i < end; i += step) sum += values[i] * weight;
  return sum;
}

// As Python rounds: 4.5 to 4, and 5.5 to 6.
function roundHalfToEven(number) {
  const rounded = Math.round(number);
  return rounded - number === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

// Undo `pack_weights` of controls.py: W1, b1, W2, b2, ..., each number three bytes, the lowest one
// first. `bytes` is a DataView. Returns a list of layers.
function unpackWeights(bytes, layerDims, scales) {
  let position = 0;
  function unpack(count, scale) {
    const numbers = new Float64Array(count);
    for (let i = 0; i < count; i++, position += 3)
      numbers[i] = (bytes.getInt8(position + 2) * 65536 + bytes.getUint16(position, true)) * scale;
    return numbers;
  }
  return layerDims.slice(1).map((numUnits, layer) => ({
    weights: unpack(numUnits * layerDims[layer], scales[2 * layer]),
    biases: unpack(numUnits, scales[2 * layer + 1]),
  }));
}

// `forward` in forward.py, for one image: ReLU in every hidden layer, softmax at the end.
function forward(digit, layers) {
  let activations = digit;
  layers.forEach(({ weights, biases }, layer) => {
    const scores = biases.map((bias, unit) => {
      let score = bias;
      for (let i = 0; i < activations.length; i++)
        score += weights[unit * activations.length + i] * activations[i];
      return score;
    });
    activations = layer === layers.length - 1 ? softmax(scores) : scores.map((z) => Math.max(z, 0));
  });
  return activations;
}

function softmax(scores) {
  const largest = Math.max(...scores);
  const exponentials = scores.map((score) => Math.exp(score - largest));
  const sum = exponentials.reduce((a, b) => a + b);
  return exponentials.map((e) => e / sum);
}
