"""What the errors of Python, NumPy and PyTorch mean to a beginner."""

# What Python's and NumPy's own words, in small letters, mean to a beginner. The first that fits.
ADVICE = [
    ("{", '. Curly brackets in a text need an f before the quotes: f"W{layer}".'),
    (
        "maximum() takes from",
        ". np.maximum compares two arrays. The largest of one is np.max(z), along an axis np.max("
        "z, axis=0).",
    ),
    (
        "sum() takes at most 2",
        ". This is Python's own sum. NumPy's has an axis: np.sum(z, axis=0).",
    ),
    ("'axis' is an invalid", ". Python's own sum, max and min know no axis. Use np.sum or np.max."),
    ("argument 'keepdims'", ". Sums know that. Of a flat array, .reshape(-1, 1) makes a column."),
    (
        "positional argument",
        ". Compare the call with the function's first line: def NAME(...). In a class, the first "
        "argument there is self.",
    ),
    (
        "truth value of an array",
        ". Python's if, max, and, or take one number. For a whole array use np.maximum(a, b), "
        "np.where, or a mask such as z > 0. The largest along an axis is np.max(z, axis=0), and "
        "its position np.argmax(z, axis=0).",
    ),
    (
        "only integer scalar arrays",
        ". A whole array stands where one whole number is wanted. A list or a tuple takes no array "
        "as an index: make an array of it first, np.array(...); np.where gives a tuple, and "
        "np.where(...)[0] its array. And np.max has the axis there: np.maximum compares entry by "
        "entry.",
    ),
    ("only 0-dimensional arrays", ". math works on one number; np.exp and np.tanh on all entries."),
    ("only length-1 arrays", ". math works on one number; np.exp and np.tanh on all entries."),
    (
        "could not be broadcast",
        ". Print both shapes. Does one come from a sum or a maximum? Is its axis the right one, "
        "and does it need keepdims=True? Is one a flat row of numbers, which needs .reshape?",
    ),
    (
        "mismatch in its core dimension",
        ". Print both shapes: the inner sizes of @ must agree. Entry by entry is *.",
    ),
    ("not aligned", ". Print both shapes: the inner sizes of @ and np.dot must agree."),
    ("shapes cannot be multiplied", ". Print both shapes: the inner sizes of @ must agree."),
    (
        "must match the size of tensor b",
        ". Print both shapes. Do you hold a batch against all labels, or a row against a column?",
    ),
    ("tuple index out of range", ". Here the array has fewer dimensions than you index."),
    ("too many indices for array", ". Here the array has fewer dimensions than you index."),
    (
        "is out of bounds for array of dimension",
        ". Axes count from 0: axis 0 goes down the rows, axis 1 along the columns. Or did a sum or "
        "a single index drop one?",
    ),
    (
        "is out of bounds for axis",
        ". Python counts from 0, so the last of n is n - 1. Is a size typed as a number, or that "
        "of the other axis? x.shape has the rows first, then the columns; len(x) counts rows. Or "
        "do the positions belong to another array?",
    ),
    ("list index out of range", ". Python counts from 0, so the last of n is n - 1."),
    (
        "list assignment index",
        ". Python counts from 0, so the last of n is n - 1. A list grows with append.",
    ),
    (
        "boolean index did not match",
        ". The True and False belong to an array of another length, or to another axis.",
    ),
    (
        "valid indices",
        ". An index is a whole number. / gives a number with a point, // a whole one, and "
        ".astype(int) makes whole numbers of an array.",
    ),
    (
        "arrays used as indices must be of integer",
        ". An index is a whole number: make the array with dtype=int.",
    ),
    (
        "object cannot be interpreted as an integer",
        ". A whole number is wanted. / and np.ceil give one with a point, // a whole one, rounded "
        "down, and int(np.ceil(a / b)) one rounded up. Or stands a shape or an axis in the wrong "
        "place? np.max(a, b) takes b for an axis: the larger of two is np.maximum(a, b).",
    ),
    ("list indices must be integers or slices, not tuple", ". Make an array of the list first."),
    ("indices must be integers", ". An index is a whole number: range(n) gives such numbers."),
    ("invalid index to scalar variable", ". This is a single number, without entries."),
    (
        "cannot interpret",
        ". The shape stands in brackets of its own, as in np.zeros((rows, columns)) and "
        "rng.standard_normal((rows, columns)).",
    ),
    (
        "nonetype",
        ". This is None. Does one of your functions lack its return? And what works in place, such "
        "as rng.shuffle, append and sort, returns nothing: do not store its result.",
    ),
    (
        "builtin_function_or_method",
        ". This is a function, not what it returns. Call it with round brackets, as in x.item().",
    ),
    (
        "return arrays must be of arraytype",
        ". The second argument of np.log and its like is an array for the result. To add a small "
        "number, write np.log(y + 1e-8).",
    ),
    (
        "name 'f' is not defined",
        ". F is short for torch.nn.functional, after import torch.nn.functional as F. torch.relu "
        "does without.",
    ),
    ("name 'end' is not", ". Python has no end: a block ends where its indentation does."),
    (
        "'length'",
        ". In Python it is len(x): of an array the number of rows, and x.shape has all sizes.",
    ),
    (
        "is not defined",
        ". Is it made before this line, and spelled alike? In a class, what belongs to the object "
        "has self. in front.",
    ),
    (
        "cannot access local variable",
        ". It gets its value further down, or in a loop or an if that did not run.",
    ),
    (
        "object is not callable",
        ". Round brackets call a function. An entry stands in square ones, x[i], and a product "
        "needs its *.",
    ),
    (
        "changed size during iteration",
        ". You give the dict new names, or take some away, while you loop over it.",
    ),
    ("object is not iterable", ". A single number cannot be gone through: for i in range(n)."),
    ("has no len()", ". This is a single number. Did a sum, or a single index, leave only one?"),
    ("and 'list'", ". Lists do not compute. Make arrays of them: np.array(...)."),
    ("'list' and", ". Lists do not compute. Make arrays of them: np.array(...)."),
    ("can't multiply sequence", ". Lists do not compute. Make arrays of them: np.array(...)."),
    ("can only concatenate str", '. Put the number into the text with an f: f"W{layer}".'),
    ("'list' object has no attribute 'push'", ". In Python a list grows with append."),
    ("object has no attribute 'slice'", ". In Python a part is x[start:stop]."),
    ("'list' object has no attribute", ". Arrays have that, lists do not: np.array(...)."),
    (
        "'numpy.ndarray' object has no attribute",
        ". Many functions belong to np, not to the array: np.exp(z), and arrays do not grow, as "
        "lists do with append.",
    ),
    (
        "math domain error",
        ". math.log takes numbers above 0 only: ln 0 is minus infinity. And math.sqrt takes none "
        "below 0.",
    ),
    ("module 'math' has no attribute 'ln'", ". The natural logarithm is called log."),
    ("inhomogeneous shape", ". The parts have different lengths, so they make no array."),
    (
        "setting an array element with a sequence",
        ". Several numbers meet a place for one. Is an index missing, or a sum?",
    ),
    ("cannot reshape", ". The new shape must hold as many entries. To turn it over, write .T."),
    (
        "did not contain a loop",
        ". A text, such as a name, stands where an array is wanted: params[name] is the array.",
    ),
    (
        "cannot cast ufunc",
        ". The array holds whole numbers, so a step in place, such as -=, cannot put fractions "
        "there. Make a new one: a = a - b.",
    ),
    (
        "unhashable type",
        ". A key of a dict is a number, a text or a tuple of them, not an array or a list. Curly "
        "brackets make a dict or a set: to return two things, write return a, b.",
    ),
    ("bitwise_xor", ". In Python ** is the power; ^ is something else."),
]

SUPER = (
    "super().__init__() has not run when self is used. Is it the first line of __init__? It lets "
    "PyTorch find the layers."
)
# What PyTorch says, and what that means for a beginner.
TORCH_ERRORS = [
    (r"before Module\.__init__\(\) call|no attribute '_(parameters|modules|\w+_hooks)'", SUPER),
    (r"descriptor '__init__' of 'super'", "write super().__init__(), with brackets after super."),
    (
        r"Fan in and fan out can not be computed",
        "kaiming_normal_ is for weights, which have two dimensions. A bias has one: set it with "
        "nn.init.zeros_.",
    ),
    (
        r"'Linear' object has no attribute '(shape|zero_|normal_|fill_|ndim)'",
        "a layer is no tensor. It holds two, layer.weight and layer.bias: give nn.init one of "
        "them.",
    ),
    (
        r"cannot assign .* as parameter",
        "a weight or bias must stay an nn.Parameter. Change its numbers in place, as "
        "nn.init.kaiming_normal_(layer.weight) does.",
    ),
    (
        r"leaf Variable that requires grad",
        "PyTorch does not let you change a weight in place, because of its bookkeeping for "
        "backward(). Use nn.init or an optimizer, or write `with torch.no_grad():` around that "
        "line.",
    ),
    (
        r"compile\(\) got an unexpected|object has no attribute '(fit|compile|predict|evaluate)'",
        "a PyTorch model has no compile, fit, predict or evaluate, as Keras has. model(images) "
        "gives the logits, and for training you write the loop over the batches.",
    ),
    (r"missing the required \"forward\"", "your class has no forward. Write def forward(self, x)."),
    (
        r"must have the same dtype",
        "the images and the weights have different number types. Leave both as they are.",
    ),
    (
        r"Expected floating point type for target|multi-target not supported|"
        r"expected target dtype to be Long|expected scalar type Long",
        "CrossEntropyLoss wants the logits, then class numbers as whole numbers, one for each "
        "image. Give it both as they are: no argmax, not one-hot, no second dimension.",
    ),
    (
        r"softmax\w*\" not implemented for 'Long'",
        "whole numbers stand where the logits belong. The loss wants the logits first, as the "
        "model gives them, then the labels: loss_function(logits, labels).",
    ),
    (
        r"Dimension out of range|tensor has no dimensions|0-d tensor|tensor of dimension 0",
        "a tensor has fewer dimensions than you use here. If it is the labels: they are class "
        "numbers already, not one-hot, and need no argmax.",
    ),
    (
        r"Size mismatch between tensors",
        "a TensorDataset wants one label for each row of images. Is there a .T? An example is a "
        "row here already.",
    ),
    (
        r"name '(choose_device|check_\w+|load_mnist_data|tqdm|device|data|seed|generator|"
        r"loader|train_set|test_\w+)' is not defined",
        r"\1 comes from the lesson's version. This one is not given it: make it from the "
        r"arguments, or do without.",
    ),
    (
        r"does not require grad and does not have a grad_fn",
        "backward() finds no way from the loss to the weights. Is the loss computed from what the "
        "model returns? Leave torch.no_grad(), .detach(), NumPy and argmax out between the two.",
    ),
    (
        r"'float' object has no attribute 'backward'",
        "this is a plain number. Call backward() on the loss itself, a tensor. Between the model "
        "and the loss, leave out .item(), NumPy and other libraries.",
    ),
    (
        r"backward through the graph a second time|modified by an inplace operation",
        "you call backward() on something that still holds an earlier batch. Call it on this "
        "batch's loss alone, and add up loss.item().",
    ),
    (
        r"Can't call numpy\(\) on Tensor that requires grad",
        "NumPy gets no tensor that remembers how it was computed. To measure, work inside "
        "`with torch.no_grad():`. To train, stay with PyTorch's functions, such as torch.relu for "
        "np.maximum; loss.item() makes a plain number.",
    ),
    (
        r"must be Tensor, not (ReLU|LeakyReLU|Sigmoid|Tanh|Softmax|LogSoftmax|Linear|Dropout)$",
        "nn.ReLU and its like make a layer first, and that layer gets the numbers: nn.ReLU()(x). "
        "torch.relu(x) is shorter.",
    ),
    (
        r"^mean\(\) got an unexpected keyword argument 'axis'",
        "np.mean takes no tensor. Use the tensor's own mean: (predicted == labels).float().mean().",
    ),
    (
        r"'type' object does not support the context manager protocol",
        "a class stands behind with. Call it, with round brackets: `with torch.no_grad():`.",
    ),
    (
        r"'(method|Watched)' object is not iterable",
        "a method, or the model itself, stands where several things are wanted. The model's "
        "weights are model.parameters(), with the brackets.",
    ),
    (
        r"batch_size=tensor|DataLoader\.__init__\(\) got multiple values|"
        r"got \[(\d+)(, 784\] at entry 0 and \[\1\]|\] at entry 0 and \[\1, 784\])",
        "a DataLoader gets one data set, then the batch size. Are images and labels paired in it, "
        "by TensorDataset(images, labels)?",
    ),
    (
        r"'bool' object has no attribute",
        "the comparison gave one bool, not one for each image. model(images).max(dim=1) is a pair; "
        "argmax(dim=1) gives the classes.",
    ),
    (
        r"Got: Bool",
        "PyTorch takes no mean of True and False. Make numbers of them first: .float().",
    ),
]
