"""The pages: what an officer sees and prints, made of view models, Jinja templates and our own stylesheet."""
