/** The page on which a class's code is entered. */
