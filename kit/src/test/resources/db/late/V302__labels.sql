UPDATE box SET label = 'relabelled';
