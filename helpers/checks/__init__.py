"""Instant feedback on the exercises: a check names the mistake, `hint` helps on.

::

    from helpers.checks import check_softmax, hint

    check_softmax(softmax)
    hint("softmax")
"""

from helpers.checks.activations import (
    check_broken_softmax,
    check_relu,
    check_relu_derivative,
    check_sigmoid,
    check_sigmoid_derivative,
    check_softmax,
    check_tanh,
    check_tanh_derivative,
    check_temperature,
)
from helpers.checks.backprop import (
    check_backward,
    check_broken_backward,
    check_float32_step,
    check_gradient_check,
    check_neuron_slope,
)
from helpers.checks.capstone import check_capstone
from helpers.checks.data import (
    check_broken_one_hot,
    check_hardest_digit,
    check_load_mnist_data,
    check_one_hot,
    check_positions,
)
from helpers.checks.error_analysis import (
    check_calibration,
    check_confusion_matrix,
    check_drawing,
    check_most_confused_pairs,
    check_precision_and_recall,
    check_precision_and_recall_of_8,
    check_surest_mistakes,
)
from helpers.checks.forward import (
    check_compute_loss,
    check_forward,
    check_initialize_parameters,
    check_network_sizes,
    check_predict,
    check_starts,
)
from helpers.checks.probe import CheckFailed, hint
from helpers.checks.pytorch_rebuild import (
    check_evaluate,
    check_gradient_and_shape,
    check_loss_floor,
    check_MNISTNet,
    check_train_pytorch,
)
from helpers.checks.training_loop import (
    check_create_mini_batches,
    check_network,
    check_steps,
    check_train_mnist,
    check_update_parameters,
)
